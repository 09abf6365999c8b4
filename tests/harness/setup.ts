/**
 * Runs once before all test files: starts the PostgreSQL that they share, and listens to the statements of the service.
 */
import { CLUSTER_VARIABLE, type Cluster, startCluster } from './citus.ts';
import { dropDatabases } from './postgres.ts';
import { type Server, startServer } from './server.ts';
import { namelessTables, Statements, strayStatements } from './statements.ts';
import { useServer } from './template.ts';

let server: Server | undefined;
let cluster: Cluster | undefined;
const statements = new Statements();

export async function globalSetup(): Promise<void> {
  if (process.env.ENGINE !== 'postgres') return;
  if (process.env[CLUSTER_VARIABLE] !== undefined) {
    cluster = await startCluster({ onLog: (piece) => statements.hear(piece) });
    const [coordinator, ...workers] = cluster.nodes.map(({ url }) => url);
    return useServer(coordinator as string, ...workers);
  }
  const given = process.env.TEST_DATABASE_URL;
  if (given === undefined) server = await startServer({ isDurable: false, onLog: (piece) => statements.hear(piece) });
  else console.log('The server is not ours: whether every statement names its client is not listened to.');
  await useServer(given ?? (server as Server).url);
}

/**
 * Fails the run if a test left a database, or a statement reached a table of clients without naming the client, or on a
 * cluster nodes that it need not.
 */
export async function globalTeardown(): Promise<void> {
  if (process.env.ENGINE !== 'postgres') return;
  const left = await dropDatabases();
  for (const name of left) console.error(`A test left the database ${name}.`);
  if (left.length > 0) fail();
  if (server === undefined && cluster === undefined) return;
  await server?.stop();
  await cluster?.[Symbol.asyncDispose]();
  const all = statements.all();
  const nameless = all.filter((sql) => namelessTables(sql).length > 0);
  console.log(
    `${all.length} different statements of the service were heard; ${nameless.length} do not name their client.`,
  );
  const spread = statements.spread();
  const stray = strayStatements(spread);
  if (cluster !== undefined)
    console.log(`${spread.length} went to several nodes; ${stray.length} of them are not meant to.`);
  for (const sql of stray) console.error(`This goes to several nodes: ${sql}`);
  if (nameless.length + stray.length === 0) return;
  for (const sql of nameless) console.error(`This does not name its client: ${sql}`);
  fail();
}

/** The runner sets its exit code after the teardown, and ignores what that throws. */
function fail(): void {
  process.once('exit', () => {
    process.exitCode = 1;
  });
}
