/**
 * How a transaction begins: whose rows it sees, and how long its statements may take.
 *
 * One server gets all of it in one prepared statement. A cluster passes on to its nodes only what is set by `set local`
 * within an explicit transaction, so there a separate command names the client, and another one tells the cluster to
 * pass it on.
 */
import { CLIENT_SETTING } from '../dialect/tables.ts';
import type { Compiled } from '../statement.ts';
import { CLUSTER_SETTING } from './server-kind.ts';

/** The statement that opens a transaction. */
export interface Opening {
  readonly single: Compiled;
  readonly cluster: Compiled;
}

/** Opens with settings that hold for the transaction; on one server it may select an expression along with it. */
export function openingOf(settings: Readonly<Record<string, string | number>>, asked = ''): Opening {
  const set = (name: string, value: string) => `set_config('${name}', ${value}, true)`;
  const all = Object.entries(settings).map(([name, value]) => set(name, `'${value}'`));
  const select = (first: string) => `select ${[first, ...all].join(', ')}`;
  return {
    single: { sql: select(set(CLIENT_SETTING, '$1')) + (asked && `, ${asked}`), names: ['scope'] },
    cluster: { sql: select(set(CLUSTER_SETTING, "'local'")), names: [] },
  };
}

/** Sets the number of a client, as a command of the transaction. */
export const enterCommand = (clientId: number): string => `set local ${CLIENT_SETTING} = '${Math.trunc(clientId)}'`;
