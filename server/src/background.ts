/** Work that the service does beside its requests, from when it listens until it stops. */
export class BackgroundWork {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #stop = new AbortController();
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | undefined;

  constructor(work: (signal: AbortSignal) => Promise<void>, onError: (error: unknown) => void) {
    this.#work = work;
    this.#onError = onError;
  }

  start(): void {
    this.#running ??= this.#work(this.#stop.signal).catch(this.#onError);
  }

  /** Resolves when the step that was under way is done. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}
