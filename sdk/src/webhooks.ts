/** Verifying the deliveries of webhooks, in a receiver. */
import type { Change } from './contract/changes.ts';

/** How far a receiver's clock may differ from the sender's; an older delivery may be a replay. */
const TOLERANCE_S = 5 * 60;
const SECRET_PREFIX = 'whsec_';

/** A change in the payload `thin`. With `full` it is a `Change`. */
export type ThinChange = Pick<Change, 'number' | 'at' | 'kind' | 'customerId'>;

/** What a webhook is sent. */
export type WebhookMessage =
  | {
      readonly type: 'customer.changes';
      readonly timestamp: string;
      readonly data: {
        readonly client: string;
        /** The number of the last change in it. */
        readonly cursor: string;
        readonly changes: readonly (ThinChange & Partial<Change>)[];
      };
    }
  | {
      readonly type: 'test';
      readonly timestamp: string;
      readonly data: { readonly client: string; readonly webhookId: number };
    };

/** The delivery is not what the holder of the secret sent just now: answer 400, and do not trust it. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

/** A `Request` of a Fetch-style handler. */
interface FetchRequest {
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** An `IncomingMessage` of Node, not read yet; or its headers with the body as received, if it was read already. */
interface NodeRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  [Symbol.asyncIterator]?(): AsyncIterator<unknown>;
}

/**
 * Reads a delivery of a webhook, and checks that it was signed with the secret a moment ago. Takes the request of Node
 * or of a Fetch-style handler. A body that was read already must be passed as received, as text or bytes: once parsed
 * it cannot be checked.
 * @throws {WebhookError} if anything is not as it should be
 */
export async function verifyWebhook(request: FetchRequest | NodeRequest, secret: string): Promise<WebhookMessage> {
  const header = headerOf(request);
  const [id, timestamp, signatures] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
  if (!id || !timestamp || !signatures) throw new WebhookError('The headers of a webhook are missing');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_S) {
    throw new WebhookError('The webhook was signed too long ago, or in the future: is the clock right?');
  }
  const body = await bodyOf(request);
  const key = await keyOf(secret);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const signature of signatures.split(' ')) {
    const [version, text = ''] = signature.split(',');
    const bytes = version === 'v1' ? fromBase64(text) : undefined;
    // It compares in constant time.
    if (bytes && (await crypto.subtle.verify('HMAC', key, bytes, signed))) return JSON.parse(body);
  }
  throw new WebhookError('The signature does not fit: is it the secret of this webhook, and the body as it came?');
}

function headerOf({ headers }: FetchRequest | NodeRequest): (name: string) => string | undefined {
  if (typeof headers.get === 'function') return (name) => (headers as FetchRequest['headers']).get(name) ?? undefined;
  return (name) => {
    const value = (headers as NodeRequest['headers'])[name];
    return typeof value === 'string' ? value : undefined;
  };
}

async function bodyOf(request: FetchRequest | NodeRequest): Promise<string> {
  if ('text' in request && typeof request.text === 'function') return request.text();
  const { body } = request as NodeRequest;
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  if (body !== undefined) throw new WebhookError('The body was parsed already: give it as it came, as text or bytes');
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of request as AsyncIterable<unknown>) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const bytes = fromBase64(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret);
  if (bytes === undefined || bytes.length === 0) throw new WebhookError('The secret is none: it begins with whsec_');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
