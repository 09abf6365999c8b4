/** What a database that cannot answer says. It stands by itself: threads that have no database know these errors too. */

/** The database cannot do this now, through no fault of the request; nothing of it was stored. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly reason: 'busy' | 'crowded' | 'full' | 'failed' | 'slow';
  constructor(reason: Unavailable['reason'], options?: ErrorOptions) {
    super(`The database is unavailable: ${reason}`, options);
    this.reason = reason;
  }
}

/** The connection broke while a commit was on its way, and nobody could say what became of it. It must not be sent again. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
  constructor(options?: ErrorOptions) {
    super('The connection to the database broke during a commit, and it is not known whether that was done', options);
  }
}
