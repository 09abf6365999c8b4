/** What a key has left of its limit: a token bucket, and the headers that report it. */
import { TokenBucket } from 'limiter';
import { LruMap } from 'toad-cache';
import { formatRate, type Rate } from './rate.ts';

/** More keys than usually call one process; a key that was forgotten begins with a full bucket. */
const MOST_METERS = 10_000;

export class Meter {
  readonly rate: Rate;
  readonly #bucket: TokenBucket;
  /** The bucket as a quota: what it holds, and in how many seconds it is full again. */
  readonly #policy: string;

  constructor(rate: Rate) {
    const { perSecond, burst } = rate;
    this.rate = rate;
    this.#bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: perSecond, interval: 1000 });
    this.#bucket.content = burst;
    this.#policy = `"key";q=${burst};w=${Math.ceil(burst / perSecond)}`;
  }

  /**
   * Takes what a request counts for, all or nothing. A request that counts for more than the bucket holds takes a full
   * one.
   */
  take(weight: number): boolean {
    return this.#bucket.tryRemoveTokens(Math.min(weight, this.rate.burst));
  }

  /** In how many whole seconds a request would be accepted. */
  secondsUntil(weight: number): number {
    return Math.max(1, Math.ceil(this.#bucket.getWaitTime(Math.min(weight, this.rate.burst)) / 1000));
  }

  /** As in draft-ietf-httpapi-ratelimit-headers: `r` requests are left, and in `t` seconds the whole quota. */
  headers(): Readonly<Record<string, string>> {
    const left = Math.floor(this.#bucket.content);
    const seconds = Math.ceil((this.rate.burst - left) / this.rate.perSecond);
    return { ratelimit: `"key";r=${left};t=${seconds}`, 'ratelimit-policy': this.#policy };
  }
}

/** The meters of the keys that have a limit. */
export class Meters {
  readonly #meters = new LruMap<Meter>(MOST_METERS);

  /** The meter of a key, with what it has left, as long as its limit is the same. */
  of(clientId: number, keyId: number, rate: Rate): Meter {
    const name = `${clientId}/${keyId}`;
    const known = this.#meters.get(name);
    if (known !== undefined && formatRate(known.rate) === formatRate(rate)) return known;
    const meter = new Meter(rate);
    this.#meters.set(name, meter);
    return meter;
  }
}
