/** Whether the time of a request grows with its length, for the tests of what is most expensive to read. */
import assert from 'node:assert/strict';

const KIB = 1024;
export const BODY_SIZES = [64 * KIB, 1020 * KIB];
/** The path and the headers together have at most 16 KiB. */
export const HEAD_SIZES = [2 * KIB, 14 * KIB];
/** Doubled twice, a text takes at most four times as long; with quadratic time, sixteen times. */
const GROWTH = 8;
/**
 * Within this factor of a plain text of the same length a text delays nobody: it is too short to tell how its time
 * grows.
 */
const PLAIN = 4;
/** A shorter time delays nobody, and cannot be told from what else the machine does. */
const NOISE_MS = 20;
/** However it grows, no text takes more than this factor of a plain one: a body of 70,000 members takes 30 to 40. */
const MOST = 60;
/** Garbage collection may run during a try: there are more tries before a text counts as slow. */
const TRIES = 15;

/** A text of about a number of bytes in UTF-8. */
export type Make = (bytes: number) => string;

export const plain: Make = (bytes) => 'a'.repeat(bytes);

/** A request, and its mean CPU time in this thread over its tries: what else the machine does is not counted. */
export class Timed {
  readonly bytes: number;
  #used = 0;
  #tries = 0;
  readonly #request: () => Promise<Response>;

  constructor(bytes: number, request: () => Promise<Response>) {
    this.bytes = bytes;
    this.#request = request;
  }

  /** In milliseconds. The system counts in ticks of several: a single try may seem to take none. */
  get ms(): number {
    return this.#used / 1000 / this.#tries;
  }

  get isTried(): boolean {
    return this.#tries > 0;
  }

  async send(): Promise<void> {
    const before = process.threadCpuUsage();
    const response = await this.#request();
    await response.arrayBuffer();
    const { user, system } = process.threadCpuUsage(before);
    this.#used += user + system;
    this.#tries += 1;
    assert(response.status < 500 && ![413, 431].includes(response.status), `${response.url}: ${response.status}`);
  }
}

/** Checks that a text takes no longer than a quarter of it and a plain one allow, in as many tries as needed. */
export async function assertLinear(about: string, quarter: Timed, whole: Timed, plain: Timed): Promise<void> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    await quarter.send();
    await whole.send();
    if (tries > 1 || !plain.isTried) await plain.send();
    if (whole.ms <= Math.max(NOISE_MS, PLAIN * plain.ms)) return;
    if (whole.ms <= GROWTH * quarter.ms && whole.ms <= MOST * plain.ms) return;
  }
  const [ms, ofQuarter, ofPlain] = [whole, quarter, plain].map((timed) => timed.ms.toFixed(1));
  throw new assert.AssertionError({
    message: `${about}: ${whole.bytes} bytes take ${ms} ms, a quarter of them ${ofQuarter}, plain text ${ofPlain}`,
  });
}

/** A row of the table: a text, how long it is, and what its half and the whole take. */
export async function row(about: readonly string[], half: Timed, whole: Timed): Promise<string> {
  for (let tries = 1; tries <= 2; tries += 1) for (const timed of [half, whole]) await timed.send();
  return `| ${[...about, whole.bytes, half.ms.toFixed(1), whole.ms.toFixed(1)].join(' | ')} |`;
}
