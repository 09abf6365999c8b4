/** The parts of a workbook, which is a ZIP file. */
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { FileFault } from './fault.ts';
import type { OnBytes } from './table.ts';

const MAX_ENTRIES = 5000;
/** XML of a sheet compresses to a tenth or so. A much higher ratio is an attempt to fill the memory or the disk. */
const MAX_RATIO = 150;
const RATIO_FROM_BYTES = 64 * 1024 * 1024;

export class Parts {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  static async open(path: string): Promise<Parts> {
    const zip = await understood(yauzl.openPromise(path, { autoClose: false }));
    const entries = new Map<string, Entry>();
    try {
      for await (const entry of zip.eachEntry()) {
        if (entries.size === MAX_ENTRIES) throw new FileFault(`The workbook has more than ${MAX_ENTRIES} parts.`);
        entries.set(entry.fileName, entry);
      }
    } catch (error) {
      zip.close();
      throw error instanceof FileFault ? error : damaged(error);
    }
    return new Parts(zip, entries);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  sizeOf(name: string): number {
    return this.#entries.get(name)?.compressedSize ?? 0;
  }

  /** The bytes of a part, decompressed. */
  async read(name: string, onBytes: OnBytes = () => {}): Promise<Readable> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw damaged(new Error(`There is no ${name}`));
    if (entry.isEncrypted()) throw new FileFault('The workbook has a password; save it without one.');
    const packed = await understood(this.#zip.openReadStreamPromise(entry));
    const guard = guardOf(entry, onBytes);
    packed.on('error', (error) => guard.destroy(damaged(error)));
    guard.on('close', () => packed.destroy());
    return packed.pipe(guard);
  }

  close(): void {
    this.#zip.close();
  }
}

function guardOf({ compressedSize, uncompressedSize }: Entry, onBytes: OnBytes): Transform {
  let unpacked = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      const isBomb = unpacked > RATIO_FROM_BYTES && unpacked > MAX_RATIO * compressedSize;
      onBytes(Math.round((chunk.length * compressedSize) / Math.max(1, uncompressedSize)));
      done(
        isBomb
          ? new FileFault(`The workbook unpacks to more than ${MAX_RATIO} times its size; no spreadsheet does.`)
          : null,
        chunk,
      );
    },
  });
}

async function understood<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw damaged(error);
  }
}

const damaged = (cause: unknown): FileFault =>
  new FileFault('The file begins like a workbook (.xlsx), but is damaged or cut off.', { cause });
