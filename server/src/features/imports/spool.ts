/**
 * The folder of files that are being imported. All processes that share a database share it too, so that each can
 * continue any import.
 */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { access, type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { checkAccess, prepareFolder } from '../../folder.ts';
import { ProblemError } from '../../http/problem.ts';
import type { Scan } from './file/detect.ts';

/** A file that was unused for this long was left by a process that was killed while receiving it. */
const STRAY_MS = 24 * 3_600_000;

/** A file that was received. */
export interface Spooled extends Scan {
  /** Its name in the folder. */
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
}

export class Spool {
  readonly #folder: string;
  readonly maxBytes: number;

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.maxBytes = maxBytes;
  }

  pathOf(name: string): string {
    return join(this.#folder, name);
  }

  /** Can this process reach the file? */
  async has(name: string): Promise<boolean> {
    return access(this.pathOf(name)).then(
      () => true,
      () => false,
    );
  }

  /** Creates the folder if it does not exist; throws if it cannot be used. */
  make(): void {
    try {
      prepareFolder(this.#folder);
      checkAccess(this.#folder);
    } catch (error) {
      const reason = (error as Error).message;
      throw new Error(`IMPORT_DIR, the folder ${this.#folder}, cannot be used: ${reason}`, { cause: error });
    }
  }

  /** A new file. Usually the folder was made at the start. */
  async #open(path: string): Promise<FileHandle> {
    try {
      return await open(path, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.make();
      return open(path, 'wx', 0o600);
    }
  }

  /** Writes a stream to a file, scanning all its bytes on the way, and resolves when it is on the disk. */
  async receive(stream: Readable): Promise<Spooled> {
    const name = `${randomUUID()}.import`;
    const path = this.pathOf(name);
    const file = await this.#open(path);
    const look = new Look();
    try {
      // A file that is too large is not cut off: its sender could not read why.
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        look.at(chunk);
        if (look.bytes > this.maxBytes) throw this.tooLarge();
        await file.write(chunk);
      }
      await file.sync();
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
    await file.close();
    return { name, path, ...look.result() };
  }

  /** Copies a file of this machine into the folder. */
  async copy(path: string): Promise<Spooled> {
    const stream = createReadStream(path, { highWaterMark: 1024 * 1024 });
    await once(stream, 'open');
    return this.receive(stream);
  }

  tooLarge(): ProblemError {
    return new ProblemError('content-too-large', {
      message: `The file is larger than ${Math.round(this.maxBytes / 1024 / 1024)} MiB (IMPORT_MAX_MB).`,
    });
  }

  async remove(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
  }

  /** Removes unneeded files; `needed` are the files of unfinished jobs. */
  async sweep(needed: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      if (!name.endsWith('.import') || needed.has(name)) continue;
      const { mtimeMs } = await stat(this.pathOf(name)).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > STRAY_MS) await this.remove(name);
    }
  }
}

/** Scans the bytes of a file as they pass. */
class Look {
  readonly #hash = createHash('sha256');
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });
  #isUtf8 = true;
  #hasNul = false;
  bytes = 0;

  at(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.#hash.update(chunk);
    this.#hasNul ||= chunk.includes(0);
    this.#decode(chunk, true);
  }

  #decode(chunk: Buffer, stream: boolean): void {
    if (!this.#isUtf8) return;
    try {
      this.#utf8.decode(chunk, { stream });
    } catch {
      this.#isUtf8 = false;
    }
  }

  result(): Scan & { sha256: string } {
    this.#decode(Buffer.alloc(0), false);
    return { bytes: this.bytes, isUtf8: this.#isUtf8, hasNul: this.#hasNul, sha256: this.#hash.digest('hex') };
  }
}
