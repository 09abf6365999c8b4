/** A change and its record: who made it, and what changed. */
import type { ActorKind, ChangeKind } from '../schema.ts';
import { type AnyStatement, type DetailWrite, systemStatement } from '../statement.ts';
import type { Stamp } from './clock.ts';
import type { Parameters } from './read.ts';

/** Who writes. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: number | null;
}

/** On whose behalf a write is made: whose data, and by whom. */
export interface Principal {
  readonly clientId: number;
  readonly actor: Actor;
}

/** The old and the new value of each field that changed, under its name on the wire; a missing value is `null`. */
export type Changed = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;

/** A statement that writes what a customer's record holds beside its row, with its parameters. */
export interface DetailChange {
  readonly statement: AnyStatement;
  readonly parameters: Parameters;
}

/** Pairs a statement with its parameters, and checks that they match. */
export function detailChange<P extends object>(statement: DetailWrite<P>, parameters: P): DetailChange {
  return { statement, parameters: parameters as Parameters };
}

export interface ChangeRow extends Stamp {
  clientId: number;
  kind: ChangeKind;
  byKind: ActorKind;
  byId: number | null;
  changed: string;
}

export const insertChange = systemStatement<ChangeRow>((db, p) =>
  db.insertInto('customer_change').values({
    client_id: p.clientId,
    change_number: p.changeNumber,
    customer_id: p.customerId,
    kind: p.kind,
    changed_at: p.changedAt,
    by_kind: p.byKind,
    by_id: p.byId,
    changed: p.changed,
  }),
);

export const deleteChanges = systemStatement<{ clientId: number; upTo: number }>((db, p) =>
  db.deleteFrom('customer_change').where('client_id', '=', p.clientId).where('change_number', '<=', p.upTo),
);

export const savePruned = systemStatement<{ clientId: number; upTo: number }>((db, p) =>
  db.updateTable('client_counter').set({ pruned_change_number: p.upTo }).where('client_id', '=', p.clientId),
);
