/**
 * The HTTP of one delivery. It loads undici, a tenth of all code of the service, and so is loaded only when there is
 * something to deliver.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import type { WebhookConfig } from '../../config.ts';
import { version } from '../../version.ts';
import { RefusedAddress } from './address.ts';
import { guardedConnector } from './connector.ts';
import type { Attempt } from './rules.ts';
import type { Message } from './send.ts';

const ANSWER_TIMEOUT_MS = 10_000;
const KEPT_ANSWER_BYTES = 1024;
const CLOSE_TIMEOUT_MS = 2000;

export class Poster {
  readonly #agent: Agent;

  constructor(config: WebhookConfig) {
    this.#agent = new Agent({ connect: guardedConnector(config, ANSWER_TIMEOUT_MS) });
  }

  /** Never rejects. No redirect is followed. */
  async post({ id, url, secrets, body }: Message, more: Readonly<Record<string, string>>): Promise<Attempt> {
    const sentAt = Date.now();
    const began = performance.now();
    const ms = (): number => Math.round(performance.now() - began);
    try {
      const response = await request(url, {
        method: 'POST',
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        headers: {
          ...more,
          'content-type': 'application/json; charset=utf-8',
          'user-agent': `Foyer/${version}`,
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(sentAt / 1000)),
          'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, new Date(sentAt), body)).join(' '),
        },
        body,
      });
      const answer = await readStart(response.body);
      const retryAt = readRetryAfter(response.headers['retry-after']);
      return { sentAt, ms: ms(), status: response.statusCode, error: null, answer, retryAt };
    } catch (error) {
      return { sentAt, ms: ms(), status: null, error: describe(error), answer: '', retryAt: undefined };
    }
  }

  /** Lets current deliveries finish, but not for long. */
  async close(): Promise<void> {
    await Promise.race([this.#agent.close(), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    await this.#agent.destroy();
  }
}

/** The first KiB of a body, as text. A longer one is cut off by closing its connection. */
async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > KEPT_ANSWER_BYTES) break;
  }
  // PostgreSQL accepts no NUL in a text.
  return Buffer.concat(chunks).subarray(0, KEPT_ANSWER_BYTES).toString().replaceAll('\0', '\uFFFD');
}

function readRetryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const at = /^\d+$/.test(header.trim()) ? Date.now() + Number(header) * 1000 : Date.parse(header);
  return Number.isNaN(at) ? undefined : at;
}

function describe(error: unknown): string {
  if (error instanceof RefusedAddress) return error.message;
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'No answer within 10 seconds';
  const { code, message } = error as NodeJS.ErrnoException;
  return (message || code || 'The connection failed').slice(0, 300);
}
