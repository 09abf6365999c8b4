/** What an endpoint is: the shape of every entry in the table of the wire. */
import type { Fields, Input, Output } from './field.ts';
import type { ProblemCode } from './problems.ts';

export const scopes = {
  'customers:read': 'read customers',
  'customers:write': 'create and change customers',
  'exports:read': 'export all customers and client-types',
  admin: 'manage the client itself: its webhooks',
} as const;

export type Scope = keyof typeof scopes;

/** Who may call an endpoint above the clients: a staff member who is signed in, or anyone. */
export type Above = 'signed-in' | 'anyone';

/**
 * What a response holds: one named resource, an array of texts or of resources, a page of resources with a cursor to
 * the next, a file, or nothing. With `nullable` a list has `null` for what does not exist. A stream is a list that is
 * sent as it is made, also as NDJSON; that of an export also as CSV, with a cursor from which to continue. A feed is a
 * resource that is also sent as server-sent events, one for each record of its `member`.
 */
export type Shape =
  | { readonly kind: 'resource'; readonly name: string; readonly fields: Fields }
  | { readonly kind: 'texts' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'file'; readonly type: string }
  | { readonly kind: 'list'; readonly name: string; readonly fields: Fields; readonly nullable?: true }
  | { readonly kind: 'stream'; readonly name: string; readonly fields: Fields; readonly isExport?: true }
  | { readonly kind: 'feed'; readonly name: string; readonly member: string; readonly fields: Fields }
  | { readonly kind: 'page'; readonly name: string; readonly member: string; readonly fields: Fields };

export interface Upload {
  /** The types it may be sent as, beside a form (`multipart/form-data`). */
  readonly types: readonly string[];
  readonly description: string;
  readonly example: { readonly type: string; readonly text: string };
}

/** What the SDK takes as a file. */
export type FileInput = Blob | string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** One endpoint of the API: everything that the server, the OpenAPI document, the SDK and the tests know of it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `BASE_PATH`, or below `ROOT_PATH` when it stands above the clients; `{name}` is a parameter. */
  readonly path: `/${string}`;
  /** The scope that a caller needs. */
  readonly scope: Scope | Above;
  readonly summary: string;
  readonly description: string;
  readonly params?: Fields;
  /** The parameters of the query, all optional; others are refused. Without this, the query is ignored. */
  readonly query?: Fields;
  readonly body?: {
    readonly fields: Fields;
    /** In an update every field may be left out, and those that are required may not be emptied. */
    readonly partial?: true;
    /** Fields that the body lacks are taken from the query, where anything else is then refused. */
    readonly inQuery?: true;
    readonly example: Readonly<Record<string, unknown>>;
  };
  /** A file that is sent instead of a body of fields. */
  readonly upload?: Upload;
  /**
   * Does it have rules beyond those of its fields, such as that a value may not be taken? Their violations are reported
   * together with those of the fields.
   */
  readonly ownRules?: true;
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    /** With 201: what 200 means, the answer if there was nothing to create. */
    readonly nothingMade?: string;
    readonly shape: Shape;
    /** The `ETag` of the answer says which version of the customer it shows. */
    readonly etag?: true;
    /** The path of the new resource, filled from its fields; the `Location` header. */
    readonly location?: `/${string}`;
    readonly example: unknown;
  };
  /**
   * Does it take an `Idempotency-Key`? Then it is done once, however often it is sent with the same key, and its first
   * answer is repeated. An endpoint that only reads has no need of it, and ignores the header.
   */
  readonly takesIdempotencyKey?: true;
  /** How many requests it counts for against the limit of a key; the default is 1. */
  readonly weight?: number;
  /** Lists in the body of which each ten members count for one request. */
  readonly weighed?: readonly string[];
  /** Does repeating the request do no more than sending it once? After a fault, the SDK retries only such requests. */
  readonly idempotent: boolean;
  /**
   * Problems beside those that follow from a key, a body and the server itself. With `precondition-failed` the endpoint
   * takes `If-Match`.
   */
  readonly problems?: readonly ProblemCode[];
}

type BodyOf<E extends Endpoint> = E extends { body: { fields: infer F extends Fields } }
  ? E extends { body: { partial: true } }
    ? Partial<Input<F>>
    : Input<F>
  : unknown;

type ParamsOf<E extends Endpoint> = E extends { params: infer P extends Fields } ? Output<P> : unknown;

type QueryOf<E extends Endpoint> = E extends { query: infer Q extends Fields } ? Partial<Input<Q>> : unknown;

/** The flat arguments of a call: the parameters of the path and of the query and the fields of the body together. */
export type Arguments<E extends Endpoint> = ParamsOf<E> & QueryOf<E> & BodyOf<E> & UploadOf<E>;

type UploadOf<E extends Endpoint> = E extends { upload: Upload } ? { readonly file: FileInput } : unknown;

/** What a call returns: a resource, an array of texts or resources, one record of a stream or of pages, or nothing. */
export type Result<E extends Endpoint> = E['success']['shape'] extends infer S
  ? S extends { kind: 'texts' }
    ? string[]
    : S extends { kind: 'file' }
      ? Blob
      : S extends { kind: 'list'; fields: infer F extends Fields }
        ? (S extends { nullable: true } ? Output<F> | null : Output<F>)[]
        : S extends { fields: infer F extends Fields }
          ? Output<F>
          : undefined
  : never;

/** Is it the scope of an endpoint above the clients, which knows staff members and their sessions, but no keys? */
export const isAboveScope = (scope: Scope | Above): scope is Above => scope === 'signed-in' || scope === 'anyone';
