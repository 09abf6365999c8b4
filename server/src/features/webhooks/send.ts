/** Posts one delivery: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import type { WebhookConfig } from '../../config.ts';
import { version } from '../../version.ts';
import { guardedConnector, RefusedAddress } from './address.ts';
import type { Attempt } from './rules.ts';

const ANSWER_TIMEOUT_MS = 10_000;
const KEPT_ANSWER_BYTES = 1024;
const CLOSE_TIMEOUT_MS = 2000;

export interface Message {
  readonly id: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly body: string;
  readonly clientId: number;
  /** The numbers of the changes in it; none in a test. */
  readonly changes: readonly number[];
}

/** Called with the result of each delivery. */
export type AttemptListener = (attempt: Attempt) => void;

/** Called before a delivery is sent: returns further headers for it, and a function that gets its result; or nothing. */
export type Follower = (message: Message) =>
  | {
      readonly headers: Readonly<Record<string, string>>;
      end(attempt: Attempt): void;
    }
  | undefined;

export class Sender {
  readonly #agent: Agent;
  #listener: AttemptListener | undefined;
  #follower: Follower | undefined;

  constructor(config: WebhookConfig) {
    this.#agent = new Agent({ connect: guardedConnector(config, ANSWER_TIMEOUT_MS) });
  }

  onAttempt(listener: AttemptListener): void {
    this.#listener = listener;
  }

  follow(follower: Follower): void {
    this.#follower = follower;
  }

  /** Never rejects. No redirect is followed. */
  async send(message: Message): Promise<Attempt> {
    const followed = this.#follower?.(message);
    const attempt = await this.#post(message, followed?.headers);
    followed?.end(attempt);
    this.#listener?.(attempt);
    return attempt;
  }

  async #post({ id, url, secrets, body }: Message, more: Readonly<Record<string, string>> = {}): Promise<Attempt> {
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
