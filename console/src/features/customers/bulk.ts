import { ask } from '../../api.ts';
import { asQuery, type Filters } from './search.ts';

/** The selected customers: those that were ticked, or all that match the filters. */
export type Selection = { readonly customerIds: readonly number[] } | { readonly all: Filters };

export interface Order {
  readonly name: string;
  readonly action: 'add' | 'remove';
  readonly selection: Selection;
}

function whom(selection: Selection) {
  if (!('all' in selection)) return { customerIds: selection.customerIds };
  const { search, ...filters } = selection.all;
  return { all: true, ...asQuery(filters), ...(search === undefined ? {} : { search }) };
}

/** Gives a whole selection a client-type, or takes it away; with `dryRun` it only counts. */
export const assign = (client: string, { name, action, selection }: Order, dryRun: boolean) =>
  ask(client, ({ clientTypes }) => clientTypes.assign({ name, action, dryRun, ...whom(selection) }));

export const undoAssign = (client: string, name: string, undo: string) =>
  ask(client, ({ clientTypes }) => clientTypes.undoAssign({ name, undo }));
