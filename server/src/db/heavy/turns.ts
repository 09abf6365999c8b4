/**
 * What waits for a thread. Clients take turns: a client that asks for much waits behind itself, not ahead of the
 * others.
 */

/** How much may wait: for one caller, for one client, and in all. */
export interface Bounds {
  readonly perCaller: number;
  readonly perClient: number;
  readonly inAll: number;
}

interface Waiting {
  readonly clientId: number;
  /** Who asked, within the client. */
  readonly caller: string;
}

export class Turns<J extends Waiting> {
  readonly #bounds: Bounds;
  /** By client; the first one is next. */
  readonly #queues = new Map<number, Set<J>>();
  #size = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#size;
  }

  /** Returns whether there was room for it. */
  add(job: J): boolean {
    const queue = this.#queues.get(job.clientId) ?? new Set();
    const { perCaller, perClient, inAll } = this.#bounds;
    if (this.#size >= inAll || queue.size >= perClient) return false;
    let ofCaller = 0;
    for (const { caller } of queue) if (caller === job.caller) ofCaller += 1;
    if (ofCaller >= perCaller) return false;
    queue.add(job);
    this.#queues.set(job.clientId, queue);
    this.#size += 1;
    return true;
  }

  /** Takes the next one out. */
  next(): J | undefined {
    const [first] = this.#queues;
    if (first === undefined) return undefined;
    const [clientId, queue] = first;
    const [job] = queue;
    this.#queues.delete(clientId);
    if (job === undefined) return this.next();
    queue.delete(job);
    this.#size -= 1;
    if (queue.size > 0) this.#queues.set(clientId, queue);
    return job;
  }

  /** Returns whether it was still waiting. */
  remove(job: J): boolean {
    const queue = this.#queues.get(job.clientId);
    if (queue?.delete(job) !== true) return false;
    this.#size -= 1;
    if (queue.size === 0) this.#queues.delete(job.clientId);
    return true;
  }
}
