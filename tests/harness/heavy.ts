/** Heavy reads, for testing how they are run. */
import type { HeavyRead } from '../../server/src/db/heavy/job.ts';

/** Never ends, like a statement of SQLite that is not done. */
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
