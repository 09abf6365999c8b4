/** Heavy reads for the tests of how they are run. */
import type { HeavyRead } from '../../server/src/db/heavy/job.ts';

/** Never ends, as SQLite does not before it is done. */
export const endless: HeavyRead<object> = {
  module: import.meta.url,
  name: 'endless',
  run: async () => {
    for (;;);
  },
};

export const echo: HeavyRead<{ text: string }> = {
  module: import.meta.url,
  name: 'echo',
  run: async (_tx, { text }) => text,
};

export const broken: HeavyRead<object> = {
  module: import.meta.url,
  name: 'broken',
  run: async () => {
    throw new RangeError('a fault of ours');
  },
};
