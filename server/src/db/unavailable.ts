/**
 * The errors of a database that cannot answer. In a file of their own: threads without a database know these errors
 * too.
 */

/** The database cannot do this now, through no fault of the request; nothing of it was stored. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly reason: 'busy' | 'crowded' | 'full' | 'failed' | 'slow';
  constructor(reason: Unavailable['reason'], options?: ErrorOptions) {
    super(`The database is unavailable: ${reason}`, options);
    this.reason = reason;
  }
}

/** The address leads to a server that is not to be used; the message says to which one it should. */
export class WrongServer extends Unavailable {
  override readonly message: string;
  constructor(message: string) {
    super('failed');
    this.message = message;
  }
}

/**
 * The connection broke during a commit, and it could not be found out whether that succeeded. The write must not be
 * repeated.
 */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
  constructor(options?: ErrorOptions) {
    super('The connection to the database broke during a commit, and it is not known whether that was done', options);
  }
}
