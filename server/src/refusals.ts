/**
 * What the rules of the data refuse, whoever asks. Features throw these and know nothing of HTTP:
 * `http/problem-answer.ts` says which problem each of them is, and a command which line it prints.
 */
import type { Violation } from '../../sdk/src/contract/problems.ts';

export abstract class Refusal extends Error {}

/** There is nothing with that number or name. */
export class NotFound extends Refusal {
  override readonly name = 'NotFound';
}

/** Values that break a rule that only the data can decide. */
export class InvalidValues extends Refusal {
  override readonly name = 'InvalidValues';
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations.map(({ message }) => message).join(' '));
    this.violations = violations;
  }
}

/**
 * Why a place in the feed is lost: its changes are no longer kept, or the database was restored to a state before it.
 */
export type Loss = 'forgotten' | 'put-back';

/** A place from which the feed cannot continue. */
export class LostPlace extends Refusal {
  override readonly name = 'LostPlace';
  readonly loss: Loss;

  constructor(loss: Loss) {
    super(`This place in the feed is lost: ${loss}.`);
    this.loss = loss;
  }
}
