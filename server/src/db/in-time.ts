import type { Connection } from './connection.ts';
import { Unavailable } from './unavailable.ts';

/** The connection, until the time is over: later statements are refused. */
export function inTime(connection: Connection, ms: number): Connection {
  const deadline = performance.now() + ms;
  const check = (): void => {
    if (performance.now() > deadline) throw new Unavailable('slow');
  };
  return {
    all(statement, values) {
      check();
      return connection.all(statement, values);
    },
    get(statement, values) {
      check();
      return connection.get(statement, values);
    },
    run: (statement, values) => connection.run(statement, values),
    command: (sql) => connection.command(sql),
  };
}
