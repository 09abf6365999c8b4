/** Sends files of a folder: whole or in part, or says that they have not changed. */
import { readdirSync } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { preferredCoding } from './wire/accept.ts';
import { unknownPath } from './wire/methods.ts';

/** The codings of files that were compressed beforehand, the smallest first, and the ends of their names. */
const compressed = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;
const COMPRESSED = /\.(?:br|gz)$/;

export interface Caching {
  readonly maxAge: string;
  /** Will a file of this name never change? */
  readonly immutable?: boolean;
}

export class Files {
  readonly #root: string;
  readonly #names: ReadonlySet<string>;

  /** The files that are in the folder now. */
  constructor(root: string) {
    this.#root = root;
    const entries = readdirSync(root, { withFileTypes: true });
    this.#names = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
  }

  /** Their names, except those of compressed ones. */
  get names(): readonly string[] {
    return [...this.#names].filter((name) => !COMPRESSED.test(name));
  }

  /** Throws the problem if there is no file of that name. */
  async send(name: string, request: FastifyRequest, reply: FastifyReply, caching: Caching): Promise<FastifyReply> {
    if (!this.#names.has(name)) throw unknownPath(request.method, request.url);
    // Loaded with the first file: most services are never asked for one (decision 0034).
    const { default: send } = await import('@fastify/send');
    const codings = compressed.filter(([, end]) => this.#names.has(name + end));
    // Browsers name them in an order that means nothing.
    const accept = request.headers['accept-encoding'];
    const [coding, end = ''] = codings.find(([of]) => preferredCoding(accept, [of]) !== undefined) ?? [];
    const path = encodeURIComponent(name + end);
    const { statusCode, headers, stream } = await send(request.raw, path, { root: this.#root, ...caching });
    const type = send.mime.getType(name) ?? 'application/octet-stream';
    return reply
      .code(statusCode)
      .headers(headers)
      .type(send.isUtf8MimeType(type) ? `${type}; charset=utf-8` : type)
      .headers(coding === undefined ? {} : { 'content-encoding': coding })
      .headers(codings.length === 0 ? {} : { vary: 'accept-encoding' })
      .send(stream);
  }
}
