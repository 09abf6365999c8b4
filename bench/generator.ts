/** The load generator, seen from the benchmark: give it a job, get what it measured. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, Seen } from './load.ts';

const running = new Set<ChildProcess>();

/** Ends the generators that still run, at once. */
export function killGenerators(): void {
  for (const child of running) child.kill('SIGKILL');
}

export interface Generator {
  /** Does one job; one at a time. */
  run(job: Omit<Job, 'run'>): Promise<Seen>;
  stop(): void;
}

/** Counts the jobs of all generators: two of them may send to one database. */
let runs = 0;

/** A job that takes this much longer than it should is abandoned. */
const GRACE_MS = 120_000;

export function startGenerator(): Generator {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)));
  running.add(child);
  child.once('exit', () => running.delete(child));
  return {
    run(job) {
      runs += 1;
      const { promise, resolve, reject } = Promise.withResolvers<Seen>();
      const onEnd = () => reject(new Error('The load generator ended'));
      const late = setTimeout(() => reject(new Error('The load does not end')), job.seconds * 1000 + GRACE_MS);
      child.once('exit', onEnd);
      child.once('message', (seen) => resolve(seen as Seen));
      child.send({ ...job, run: runs } satisfies Job);
      return promise.finally(() => {
        clearTimeout(late);
        child.off('exit', onEnd);
      });
    },
    stop: () => child.disconnect(),
  };
}
