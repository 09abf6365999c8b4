/** A JSON number, with the digits as they were sent. */
export class SentNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}
