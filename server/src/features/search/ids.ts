/** A set of customer numbers, one bit each: they count up from 1 without gaps. */
export class IdSet {
  readonly #bits: Uint32Array;
  size = 0;

  /** For numbers up to `last`. */
  constructor(last: number) {
    this.#bits = new Uint32Array((last >>> 5) + 1);
  }

  has(id: number): boolean {
    return ((this.#bits[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }

  add(id: number): void {
    const at = id >>> 5;
    const bits = this.#bits[at];
    const bit = 1 << (id & 31);
    // What is above the last was made after it was asked for.
    if (bits === undefined || (bits & bit) !== 0) return;
    this.#bits[at] = bits | bit;
    this.size += 1;
  }

  addAll(other: IdSet): void {
    for (const id of other) this.add(id);
  }

  /** Those that are in the other too, or with `isComplement` those that are not. */
  keep(other: IdSet, isComplement = false): void {
    const flip = isComplement ? -1 : 0;
    let size = 0;
    for (let at = 0; at < this.#bits.length; at += 1) {
      const bits = (this.#bits[at] ?? 0) & ((other.#bits[at] ?? 0) ^ flip);
      this.#bits[at] = bits;
      size += countBits(bits);
    }
    this.size = size;
  }

  /** From the smallest on. */
  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.#bits.length; at += 1) {
      for (let bits = this.#bits[at] ?? 0; bits !== 0; bits &= bits - 1) {
        yield at * 32 + (31 - Math.clz32(bits & -bits));
      }
    }
  }
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

const COMMA = 44;
const ZERO = 48;

/** The numbers of a text with commas between. */
export function parseNumbers(text: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA) {
      numbers.push(number);
      number = 0;
    } else number = number * 10 + code - ZERO;
  }
  numbers.push(number);
  return numbers;
}
