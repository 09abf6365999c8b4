/** The counters of a client, taken from its row under its lock. */
export interface Counters {
  customerId: number;
  clientTypeId: number;
  keyId: number;
  webhookId: number;
  importId: number;
  changeNumber: number;
  changedAt: number;
  /** The number of the transaction that holds the lock, where the row is. */
  readonly xid: string;
}
