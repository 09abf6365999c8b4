/** Posts one delivery: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
import type { WebhookConfig } from '../../config.ts';
import type { Poster } from './post.ts';
import type { Attempt } from './rules.ts';

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

/**
 * Called before a delivery is sent: returns further headers for it, and a function that gets its result; or nothing.
 */
export type Follower = (message: Message) =>
  | {
      readonly headers: Readonly<Record<string, string>>;
      end(attempt: Attempt): void;
    }
  | undefined;

export class Sender {
  readonly #config: WebhookConfig;
  #poster: Promise<Poster> | undefined;
  #listener: AttemptListener | undefined;
  #follower: Follower | undefined;

  constructor(config: WebhookConfig) {
    this.#config = config;
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
    const poster = await this.#load();
    const attempt = await poster.post(message, followed?.headers ?? {});
    followed?.end(attempt);
    this.#listener?.(attempt);
    return attempt;
  }

  #load(): Promise<Poster> {
    this.#poster ??= import('./post.ts').then(({ Poster }) => new Poster(this.#config));
    return this.#poster;
  }

  async close(): Promise<void> {
    await (await this.#poster)?.close();
  }
}
