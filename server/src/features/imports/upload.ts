/** Receives a file of customers: as the body of a request, or as the file of a form. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { fileTypes } from '../../../../sdk/src/contract/imports.ts';
import type { Upload } from '../../http/operation.ts';
import { ProblemError, validationProblem } from '../../http/problem.ts';
import { codingOf, unpacker } from '../../http/wire/coding.ts';
import type { Spool, Spooled } from './spool.ts';

/** A received file. */
export interface Received {
  readonly file: Spooled;
  /** The name that the sender gives it. */
  readonly fileName: string | undefined;
  /** The type that the sender gives it, if that says something. */
  readonly type: string | undefined;
  /** The other fields of the form, as a query would hold them. */
  readonly query: string;
}

const MAX_FORM_FIELDS = 100;
/** The longest field is a mapping of 20,000 characters. */
const MAX_FIELD_BYTES = 64 * 1024;
const LINGER_MS = 2000;

const wrongType = (): ProblemError =>
  new ProblemError('unsupported-media-type', {
    message: `Send the file as ${fileTypes.join(', ')}, or within a form as multipart/form-data.`,
  });

const noFile = (): ProblemError =>
  validationProblem([
    { field: 'file', code: 'required', message: 'The file is missing: send it as the body, or as the file of a form.' },
  ]);

/** Rejects with a problem if it is too large, or not a file. */
export async function receive(spool: Spool, upload: Upload | undefined): Promise<Received> {
  if (upload === undefined) throw noFile();
  try {
    return await receiveFrom(spool, upload);
  } catch (error) {
    const isCutOff = upload.stream.errored !== null;
    await drain(upload.stream);
    if (isCutOff) throw new ProblemError('bad-request', { message: 'The file did not arrive completely.' });
    const why = isFaultOfPacking(error) ? badlyPacked() : error;
    throw why instanceof ProblemError ? why.with({ connection: 'close' }) : why;
  }
}

/** The codes of gzip begin with `Z_`, those of zstd with `ZSTD_`, those of brotli and of a stream cut short `ERR_`. */
const isFaultOfPacking = (error: unknown): boolean =>
  /^(?:Z_|ZSTD_|ERR_)/.test((error as NodeJS.ErrnoException).code ?? '');

const badlyPacked = (): ProblemError =>
  new ProblemError('bad-request', { message: 'The body ends too early, or is not compressed as declared.' });

/** A caller reads no answer before it has sent everything: the rest is let through, for a moment. */
async function drain(stream: Readable): Promise<void> {
  stream.resume();
  const enough = new AbortController();
  await Promise.race([
    finished(stream).catch(() => {}),
    sleep(LINGER_MS, undefined, { signal: enough.signal }).catch(() => {}),
  ]);
  enough.abort();
}

async function receiveFrom(spool: Spool, { stream, headers }: Upload): Promise<Received> {
  if (Number(headers['content-length'] ?? 0) > spool.maxBytes + MAX_FORM_OVERHEAD) throw spool.tooLarge();
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const body = unpacked(stream, headers);
  if (type === 'multipart/form-data') return receiveForm(spool, body, headers);
  if (!(fileTypes as readonly string[]).includes(type)) throw wrongType();
  const file = await receiveBody(spool, body);
  return { file, fileName: undefined, type: type === 'application/octet-stream' ? undefined : type, query: '' };
}

/** Room for the other fields of a form and its boundaries. */
const MAX_FORM_OVERHEAD = 256 * 1024;

async function receiveBody(spool: Spool, stream: Readable): Promise<Spooled> {
  const file = await spool.receive(stream);
  if (file.bytes > 0) return file;
  await spool.remove(file.name);
  throw noFile();
}

function unpacked(stream: Readable, headers: IncomingHttpHeaders): Readable {
  const coding = codingOf(headers['content-encoding']);
  if (coding === undefined) return stream;
  const decoder = unpacker(coding);
  stream.once('error', (error) => decoder.destroy(error));
  return stream.pipe(decoder);
}

async function receiveForm(spool: Spool, stream: Readable, headers: IncomingHttpHeaders): Promise<Received> {
  const fields = new URLSearchParams();
  let receiving: Promise<Omit<Received, 'query'>> | undefined;
  let begun: Readable | undefined;
  let [isTwo, isTooMany] = [false, false];
  const form = formOf(headers);
  form.on('field', (name: string, value: string) => fields.append(name, value));
  form.on('fieldsLimit', () => {
    isTooMany = true;
  });
  form.on('file', (_field: string, part: BusboyFileStream, fileName: string, _encoding: string, type: string) => {
    if (receiving !== undefined) {
      isTwo = true;
      part.resume();
      return;
    }
    begun = part;
    receiving = receiveBody(spool, part).then((file) => ({ file, fileName, type: knownType(type) }));
    // It is reported below, once the form was read.
    receiving.catch((error) => form.destroy(error));
  });
  try {
    await pipeline(stream, form);
    const received = await receiving;
    if (isTooMany)
      throw new ProblemError('bad-request', { message: `The form has more than ${MAX_FORM_FIELDS} fields.` });
    if (received === undefined) throw noFile();
    if (isTwo)
      throw validationProblem([
        { field: 'file', code: 'file', message: 'The form has more than one file; send one at a time.' },
      ]);
    return { ...received, query: fields.toString() };
  } catch (error) {
    // A form that breaks off leaves its file without an end.
    begun?.once('error', () => {}).destroy(error as Error);
    const left = await receiving?.catch(() => undefined);
    if (left !== undefined) await spool.remove(left.file.name);
    if (error instanceof ProblemError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw new ProblemError('bad-request', { message: 'The form is not well-formed multipart/form-data.' });
  }
}

function formOf(headers: IncomingHttpHeaders): BusboyInstance {
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      limits: { fields: MAX_FORM_FIELDS, fieldSize: MAX_FIELD_BYTES, files: 2 },
      isPartAFile: (_name: unknown, _type: unknown, fileName: string | undefined) => fileName !== undefined,
    });
  } catch {
    throw new ProblemError('bad-request', { message: 'The form does not say its boundary.' });
  }
}

/** Programs declare a CSV file as all sorts of types; only these say something. */
const knownType = (type: string): string | undefined =>
  (fileTypes as readonly string[]).includes(type) && type !== 'application/octet-stream' ? type : undefined;
