/** The HTTP that both ceilings need. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CustomerRow } from './ceiling-data.ts';
import { present } from './ceiling-wire.ts';

export type Body = Readonly<Record<string, unknown>>;

/** Blocks of about this size cost the least: smaller ones mean more writes, larger ones more copying. */
export const BLOCK_CHARACTERS = 64 * 1024;

/** What follows `/v1/`. */
export const clientNameOf = (url: string): string => url.slice(4, url.indexOf('/', 4));
export const idOf = (url: string): number => Number(url.slice(url.lastIndexOf('/') + 1));
export const json = (row: CustomerRow): string => JSON.stringify(present(row));

export function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

export function readBody(request: IncomingMessage, then: (body: Body) => void): void {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => {
    text += part;
  });
  request.on('end', () => then(JSON.parse(text)));
}
