/**
 * The rooms of the house, and what each may import: other rooms, packages, `node` (its built-in modules), or `types of`
 * a room. What is not listed is not allowed. A room may import itself. A file belongs to the first room that matches
 * it.
 */
export interface Room {
  readonly name: string;
  readonly files: readonly string[];
  readonly may: readonly string[];
}

const room = (name: string, files: string, may: string): Room => ({
  name,
  files: files.split(', '),
  may: may.split(/,\s+/).filter(Boolean),
});

const ui = '@mantine/core, @mantine/form, @mantine/hooks, @tabler/icons-react, react, i18next, react-i18next';
const data = '@foyer/sdk, @tanstack/react-query';

export const rooms: readonly Room[] = [
  // The wire, and the SDK that speaks it. Browsers load both.
  room('contract', 'sdk/src/contract/**', ''),
  room('sdk', 'sdk/src/**', 'contract'),

  // The console. A feature does not know the list of the pages; what all pages share knows nothing of visitors.
  room('storage', 'console/src/storage.ts, console/src/ended.ts, console/src/address.ts', ''),
  room('words', 'console/src/words/**', 'storage, i18next, react-i18next'),
  room('ui', 'console/src/ui/**', `words, storage, @foyer/sdk, @tanstack/react-router, get-nonce, ${ui}`),
  room('console api', 'console/src/api.ts', `storage, ${data}`),
  room(
    'console features',
    'console/src/features/**',
    `console api, ui, words, storage, ${data}, @tanstack/react-router, @tanstack/react-table,
    @tanstack/react-virtual, ${ui}`,
  ),
  room('console pages', 'console/src/router.tsx', 'console features, console api, storage, @tanstack/react-router'),
  room(
    'console main',
    'console/src/main.tsx',
    `console pages, console api, ui, words, @mantine/core, @tanstack/react-query, @tanstack/react-router, react,
    react-dom`,
  ),

  // The database. It knows nothing of HTTP, nor of what is stored in it. Kysely is used here and in queries.ts.
  room('failures', 'server/src/db/unavailable.ts', ''),
  room('refusals', 'server/src/refusals.ts', 'contract'),
  room('slices', 'server/src/slices.ts', 'node'),
  room('folder', 'server/src/folder.ts', 'node'),
  room('config', 'server/src/config*.ts', 'limits, node, ipaddr.js'),
  room('kysely', 'server/src/db/kysely.ts', 'kysely'),
  room('statements', 'server/src/db/{schema,statement,counters}.ts, server/src/db/dialect/**', '#kysely'),
  room('migrations', 'server/src/db/migrations/**', 'statements, node, #kysely'),
  room('transactions', 'server/src/db/transaction/**, server/src/db/connection.ts', 'statements, failures, node'),
  room(
    'engines',
    'server/src/db/{sqlite,postgres,heavy}/**, server/src/db/{engine,connect,in-time}.ts',
    'transactions, statements, failures, slices, folder, types of config, node, #kysely, pg',
  ),
  room('store', 'server/src/db/**', 'engines, transactions, statements, migrations, failures, node, #kysely'),

  // The tables of the features: types only.
  room('tables', 'server/src/{features,http}/**/tables.ts', 'types of statements'),
  room('all tables', 'server/src/tables.ts', 'types of tables, types of statements'),

  // A request. Fastify is used here and in routes.ts.
  room(
    'wire',
    'server/src/http/wire/**, server/src/http/problem.ts',
    'contract, node, ipaddr.js, leven, negotiator, types of fastify, @fastify/busboy',
  ),
  room('limits', 'server/src/http/limits/**', 'wire, node, limiter, toad-cache'),
  room('columns', 'server/src/features/**/columns.ts', 'types of contract, types of tables, types of #kysely'),
  room(
    'queries',
    'server/src/{features,http}/**/*queries.ts, server/src/features/copy/copied-tables.ts',
    'statements, columns, types of tables, types of queries, #kysely',
  ),
  room(
    'callers',
    'server/src/http/caller.ts',
    'contract, types of transactions, types of tables, types of limits, wire',
  ),
  room(
    'http',
    'server/src/http/**',
    `contract, wire, limits, callers, queries, store, transactions, types of engines, failures, refusals,
    types of config, node, fastify, @fastify/cors, @fastify/send, types of pino`,
  ),

  // The features. Rules are pure: values in, values out.
  room(
    'rules',
    'server/src/features/**/*rules.ts, server/src/features/imports/{mapping,file}/**',
    `contract, wire, refusals, columns, types of tables, types of callers, types of queries, types of features,
    types of transactions, node, csv-parse, iconv-lite, saxes, yauzl`,
  ),
  room(
    'routes',
    'server/src/features/**/*routes.ts',
    `contract, wire, http, callers, features, rules, columns, queries, store, refusals, types of transactions,
    types of config, version, node, fastify, types of pino`,
  ),
  room(
    'features',
    'server/src/features/**',
    `contract, wire, limits, callers, http, rules, columns, queries, store, types of engines, transactions,
    types of tables, types of statements, failures, refusals, slices, folder, background, types of config,
    version, node, @fastify/busboy, csv-parse, csv-stringify, ipaddr.js, iconv-lite, types of pino, standardwebhooks,
    undici, yazl`,
  ),

  // The service, and the command.
  room('version', 'server/src/version.ts', 'node'),
  room('log', 'server/src/log-output.ts', 'types of config, failures, pino, pino-pretty'),
  room('background', 'server/src/background.ts', 'failures, node'),
  room(
    'metrics',
    'server/src/metrics/**',
    `contract, callers, http, wire, features, queries, rules, store, version, types of config, types of engines,
    failures, node, prom-client`,
  ),
  room(
    'traces',
    'server/src/traces/**',
    `types of http, types of callers, features, rules, store, types of engines, types of transactions, version,
    types of config, types of pino, node, @opentelemetry/api, @opentelemetry/core,
    @opentelemetry/exporter-trace-otlp-http, @opentelemetry/resources, @opentelemetry/sdk-trace`,
  ),
  room(
    'app',
    'server/src/{app,features}.ts',
    `routes, features, queries, metrics, traces, http, callers, wire, engines, store, background, log,
    types of config, types of fastify, node, types of pino`,
  ),
  room(
    'command',
    'server/src/cli/**, server/src/main.ts',
    `app, features, rules, queries, http, wire, limits, store, engines, failures, refusals, types of tables, config,
    version, contract, sdk, node, commander, cli-progress`,
  ),
];
