/**
 * The load: a process of its own, so that it has a processor to itself, which takes jobs and returns what it measured.
 *
 * It uses bare sockets (see conversation.ts): the load must spend far less on a request than the
 * server does, or all servers look alike. Measured against the ceiling, autocannon spent 24 to 33 µs on a request, with
 * workers 32 to 45; this spends 21 to 24.
 */
import { converse, download } from './conversation.ts';
import { type RequestMaker, requestMaker, type ScenarioName, type Target } from './requests.ts';

export interface Job {
  readonly scenario: ScenarioName;
  readonly target: Target;
  /** A number that no other job on the same database has. */
  readonly run: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, each due at its time whatever the server does; 0 means as many as it answers. */
  readonly rate: number;
}

export interface Seen {
  readonly requests: number;
  readonly seconds: number;
  /** For an export: the bytes that arrived. */
  readonly bytes: number;
  /** For requests at a rate: milliseconds from when each was due to the end of its answer. */
  readonly latencies: readonly number[];
}

/**
 * Keeps this process from sleeping until the returned function is called. Otherwise each answer has to wake it, and the
 * server pays for that: 10 to 18 µs a request, which are not the server's cost (20,000 requests/s instead of 26,000 on
 * the ceiling).
 */
function stayAwake(): () => void {
  let next = setImmediate(function turn() {
    next = setImmediate(turn);
  });
  return () => clearImmediate(next);
}

async function sendRequests(job: Job, maker: RequestMaker): Promise<Seen> {
  const latencies: number[] = [];
  // A load that waits for its next request leaves the processor to others meanwhile.
  const sleepAgain = job.rate === 0 ? stayAwake() : () => {};
  const began = performance.now();
  const end = began + job.seconds * 1000;
  let sent = 0;
  let answered = 0;
  const one = async (): Promise<void> => {
    let due = 0;
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    const sendNext = (): void => {
      const now = performance.now();
      due = job.rate === 0 ? now : began + (sent * 1000) / job.rate;
      if (Math.max(now, due) >= end) {
        resolve();
        return;
      }
      sent += 1;
      if (due <= now) conversation.send(maker.next());
      else setTimeout(() => conversation.send(maker.next()), due - now);
    };
    const onAnswer = (): void => {
      answered += 1;
      if (job.rate > 0) latencies.push(performance.now() - due);
      sendNext();
    };
    const conversation = await converse(job.target.port, maker.status, onAnswer, reject);
    sendNext();
    await done;
    conversation.end();
  };
  await Promise.all(Array.from({ length: job.connections }, one));
  sleepAgain();
  return { requests: answered, seconds: (performance.now() - began) / 1000, bytes: 0, latencies };
}

/** Downloads side by side, each to its end, however long that takes. */
async function sendDownloads(job: Job, maker: RequestMaker): Promise<Seen> {
  const began = performance.now();
  const all = Array.from({ length: job.connections }, () => download(job.target.port, maker.next()));
  const bytes = (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
  return { requests: job.connections, seconds: (performance.now() - began) / 1000, bytes, latencies: [] };
}

process.on('message', async (job: Job) => {
  const maker = requestMaker(job.scenario, job.target, job.run);
  process.send?.(await (job.scenario === 'export' ? sendDownloads(job, maker) : sendRequests(job, maker)));
});
