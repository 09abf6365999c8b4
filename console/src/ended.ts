type Listener = () => void;

/**
 * Whether the session has ended in the middle of work. A call that finds out waits here until somebody has signed in
 * again, and then continues: nothing that was typed is lost.
 */
class EndedSession {
  #again: PromiseWithResolvers<void> | undefined;
  readonly #listeners = new Set<Listener>();

  readonly isEnded = (): boolean => this.#again !== undefined;

  readonly subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  untilSignedIn(): Promise<void> {
    if (this.#again === undefined) {
      this.#again = Promise.withResolvers();
      this.#tell();
    }
    return this.#again.promise;
  }

  signedIn(): void {
    this.#again?.resolve();
    this.#again = undefined;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const endedSession = new EndedSession();
