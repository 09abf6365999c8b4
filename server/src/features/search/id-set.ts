/** A set of customer numbers, one bit each: they count up from 1 without gaps. */
export class IdSet {
  readonly #bits: Uint32Array;
  #size: number | undefined = 0;

  /** For numbers up to `last`. */
  constructor(last: number) {
    this.#bits = new Uint32Array((last >>> 5) + 1);
  }

  get size(): number {
    if (this.#size === undefined) {
      const bits = this.#bits;
      let size = 0;
      // Most sets are sparse; an iterator takes four times as long.
      for (let at = 0; at < bits.length; at += 1) if (bits[at] !== 0) size += countBits(bits[at] as number);
      this.#size = size;
    }
    return this.#size;
  }

  has(id: number): boolean {
    return ((this.#bits[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }

  /** A number above the last is left out: that customer was created after the others were read. */
  add(id: number): void {
    this.#bits[id >>> 5] = (this.#bits[id >>> 5] ?? 0) | (1 << (id & 31));
    this.#size = undefined;
  }

  remove(id: number): void {
    this.#bits[id >>> 5] = (this.#bits[id >>> 5] ?? 0) & ~(1 << (id & 31));
    this.#size = undefined;
  }

  // The loops of the next methods are written out: sharing a function makes them four times as slow.

  /** The other set may be older, and shorter. */
  addAll(ids: Int32Array | IdSet): void {
    const bits = this.#bits;
    if (!(ids instanceof IdSet)) {
      this.#size = undefined;
      for (let at = 0; at < ids.length; at += 1) {
        const id = ids[at] as number;
        bits[id >>> 5] = (bits[id >>> 5] as number) | (1 << (id & 31));
      }
      return;
    }
    const others = ids.#bits;
    if (this.#size === 0 && others.length <= bits.length) {
      bits.set(others);
      this.#size = ids.#size;
      return;
    }
    this.#size = undefined;
    const length = Math.min(bits.length, others.length);
    for (let at = 0; at < length; at += 1) bits[at] = (bits[at] as number) | (others[at] as number);
  }

  /** Keeps the numbers that are also in the other set. */
  keep(other: IdSet): void {
    const [bits, others] = [this.#bits, other.#bits];
    let size = 0;
    for (let at = 0; at < bits.length; at += 1) {
      const both = (bits[at] as number) & (others[at] ?? 0);
      bits[at] = both;
      if (both !== 0) size += countBits(both);
    }
    this.#size = size;
  }

  /** Keeps the numbers that are not in the other set. */
  leaveOut(other: IdSet): void {
    this.#size = undefined;
    const [bits, others] = [this.#bits, other.#bits];
    for (let at = 0; at < bits.length; at += 1) bits[at] = (bits[at] as number) & ~(others[at] ?? 0);
  }

  /** In ascending order. */
  toArray(): Int32Array {
    const ids = new Int32Array(this.size);
    let count = 0;
    for (let at = 0; at < this.#bits.length; at += 1) {
      for (let bits = this.#bits[at] as number; bits !== 0; bits &= bits - 1) {
        ids[count] = at * 32 + (31 - Math.clz32(bits & -bits));
        count += 1;
      }
    }
    return ids;
  }

  /** In ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.#bits.length; at += 1) {
      for (let bits = this.#bits[at] ?? 0; bits !== 0; bits &= bits - 1) {
        yield at * 32 + (31 - Math.clz32(bits & -bits));
      }
    }
  }
}

/** Counts bits by adding neighbours: bits to pairs, pairs to fours, fours to bytes, bytes to their sum. */
function countBits(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const LINE_BREAK = 10;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;

/** The numbers in a row that holds them as text; none if there is no row, or nothing in it. */
export async function numbersOf(reading: Promise<{ numbers: string | null } | undefined>): Promise<number[]> {
  const text = (await reading)?.numbers;
  return text == null ? [] : parseNumbers(text);
}

/**
 * The numbers of a text with commas or line breaks between. A negative one takes out one that is equal but positive,
 * wherever it is: see `CustomerWordTable`.
 */
export function parseNumbers(text: string): number[] {
  const numbers: number[] = [];
  const struckOut: number[] = [];
  let to = numbers;
  let number = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === LINE_BREAK) {
      to.push(number);
      to = numbers;
      number = 0;
    } else if (code === MINUS) to = struckOut;
    else number = number * 10 + code - ZERO;
  }
  to.push(number);
  return struckOut.length === 0 ? numbers : takeOut(numbers, struckOut);
}

/** A number is taken out as often as it is struck out. */
function takeOut(numbers: readonly number[], struckOut: readonly number[]): number[] {
  const times = new Map<number, number>();
  for (const one of struckOut) times.set(one, (times.get(one) ?? 0) + 1);
  return numbers.filter((one) => {
    const left = times.get(one) ?? 0;
    if (left > 0) times.set(one, left - 1);
    return left === 0;
  });
}
