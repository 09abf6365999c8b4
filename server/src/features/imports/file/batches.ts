import type { Readable } from 'node:stream';

const BATCH = 500;

/** The objects of a stream, many at a time: its own iterator would await each. */
export async function* batches<T>(stream: Readable): AsyncGenerator<T[], void, undefined> {
  let failure: Error | undefined;
  let isOver = false;
  let wake = (): void => {};
  stream.on('readable', () => wake());
  stream.on('end', () => {
    isOver = true;
    wake();
  });
  stream.on('error', (error) => {
    failure = error;
    wake();
  });
  try {
    for (;;) {
      const batch: T[] = [];
      for (let one = stream.read(); one !== null; one = stream.read()) {
        batch.push(one);
        if (batch.length === BATCH) break;
      }
      if (batch.length > 0) yield batch;
      else if (failure !== undefined) throw failure;
      else if (isOver) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (isOver || failure !== undefined || stream.readableLength > 0) resolve();
        });
      }
    }
  } finally {
    stream.destroy();
  }
}
