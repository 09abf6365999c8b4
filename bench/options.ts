import { parseArgs } from 'node:util';
import type { ScenarioName } from './requests.ts';
import type { Rounds } from './scenarios.ts';

export const usage = `npm run bench -- [options]
  --quick        fewer and shorter rounds: to see that it runs, not to compare
  --only a,b     only these of get, findByEmail, export, update, create
  --small        leave out the part with 1,000,000 customers
  --large        only that part
  --postgres     only the part on PostgreSQL
  --search       only the searches among 1,000,000 customers, on both engines
  --attack       only a client beside another that asks for all it can
  --limits       only what limits cost, and what they leave of a flood; --rows narrows it
  --watched      only what metrics and traces cost; --rows narrows it
  --batch        only batches of a thousand customers, on both engines
  --long         only creates for 60 seconds on end, and how far the index is behind them
  --feed         only the feed of 760,000 customers and webhooks, on both engines
  --import       only imports of 1,000,000 customers, on both engines; --rows and --engine narrow it
  --console      only the console in a browser; --rows says among how many customers
  --rows N       so many customers in place of a million
  --engine E     only sqlite or postgres
  --save         also write bench/results/latest.json`;

export interface Options {
  readonly scenarios: readonly ScenarioName[];
  readonly rounds: Rounds;
  readonly isSqlite: boolean;
  readonly isLarge: boolean;
  readonly isPostgres: boolean;
  readonly isSearch: boolean;
  readonly isFeed: boolean;
  readonly isAttack: boolean;
  readonly isLimits: boolean;
  readonly isWatched: boolean;
  readonly isImport: boolean;
  /** How many customers, for imports, limits and the console. */
  readonly rows: number | undefined;
  readonly engines: readonly string[];
  readonly isConsole: boolean;
  readonly isBatch: boolean;
  readonly isLong: boolean;
  readonly isSaved: boolean;
}

/** In the order in which they run: the reads find the database as it was made. */
const scenarioNames: readonly ScenarioName[] = ['get', 'findByEmail', 'export', 'update', 'create'];

/** Reads the command line; throws when it cannot be understood. */
export function readOptions(args: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: flag,
      small: flag,
      large: flag,
      postgres: flag,
      search: flag,
      feed: flag,
      attack: flag,
      limits: flag,
      watched: flag,
      import: flag,
      console: flag,
      rows: { type: 'string' },
      engine: { type: 'string' },
      batch: flag,
      long: flag,
      save: flag,
      only: { type: 'string' },
    },
  });
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !scenarioNames.some((known) => known === name)) ?? [];
  if (unknown.length > 0) throw new Error(`There is no scenario "${unknown.join(', ')}".`);
  // One part when it is named, all when none is.
  const isPart = values.large || values.postgres || values.search || values.feed || values.watched;
  const isAll =
    !isPart && !values.attack && !values.limits && !values.import && !values.batch && !values.console && !values.long;
  return {
    scenarios: scenarioNames.filter((name) => only?.includes(name) ?? true),
    rounds: values.quick ? { count: 3, seconds: 1 } : { count: 5, seconds: 3 },
    isSqlite: isAll,
    isLarge: values.large || (isAll && !values.small && only === undefined),
    isPostgres: values.postgres || (isAll && only === undefined),
    // By name only: making its million customers on PostgreSQL takes longer than all the rest.
    isSearch: values.search,
    isFeed: values.feed,
    isAttack: values.attack,
    isLimits: values.limits,
    isWatched: values.watched,
    isImport: values.import,
    rows: values.rows === undefined ? undefined : Number(values.rows),
    engines: values.engine === undefined ? ['sqlite', 'postgres'] : [values.engine],
    isConsole: values.console,
    isBatch: values.batch,
    isLong: values.long,
    isSaved: values.save,
  };
}
