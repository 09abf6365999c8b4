/** Reads the XML of a workbook: without document types, and never holding more in memory than an element's text. */
import type { Readable } from 'node:stream';
import { type SaxesAttributePlain, SaxesParser } from 'saxes';
import { FileFault, MAX_LINE_BYTES } from './fault.ts';

export interface Handlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

const damaged = (cause: unknown): FileFault =>
  new FileFault('The workbook is damaged: one of its parts is no well-formed XML.', { cause });

/** Passes the contents of a part to the handlers; yields after each piece that was read. */
export async function* readXml(part: Readable, handlers: Handlers): AsyncGenerator<void, void, undefined> {
  const parser = new SaxesParser({ position: false });
  const decoder = new TextDecoder('utf-8');
  let silent = 0;
  parser.on('doctype', () => {
    // Useless in a workbook, and the way in for entities that name files on this machine.
    throw new FileFault('The workbook has a document type definition (DOCTYPE); no spreadsheet program writes one.');
  });
  parser.on('error', (error) => {
    throw damaged(error);
  });
  parser.on('opentag', ({ name, attributes }) => {
    silent = 0;
    handlers.open(localName(name), attributes as Record<string, string & SaxesAttributePlain>);
  });
  parser.on('text', (text) => {
    silent = 0;
    handlers.text?.(text);
  });
  parser.on('closetag', ({ name }) => {
    silent = 0;
    handlers.close?.(localName(name));
  });
  for await (const chunk of part as AsyncIterable<Buffer>) {
    silent += chunk.length;
    parser.write(decoder.decode(chunk, { stream: true }));
    if (silent > MAX_LINE_BYTES) throw new FileFault('The workbook holds a text of more than 1 MiB.');
    yield;
  }
  parser.close();
}

/** Reads a part to its end. */
export async function readWhole(part: Readable, handlers: Handlers): Promise<void> {
  for await (const _ of readXml(part, handlers));
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
