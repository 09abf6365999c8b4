/** Metrics about PostgreSQL: its connections, and that it does not answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { startProxy } from '../harness/proxy.ts';
import { scrape } from '../harness/scrape.ts';

test('connections are counted; when the database does not answer, the rest is told all the same', async () => {
  await using installation = await makeInstallation();
  await using proxy = await startProxy(installation.url);
  await using foyer = await spawnFoyer(installation, { DATABASE_URL: proxy.url, METRICS_PORT: '0' });
  await foyer.sdk.customers.create({ email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
  const { metrics } = await foyer.logged(({ msg }) => msg === 'listening');
  const seen = await scrape(String(metrics));
  assert.equal(seen.sum('foyer_database_up'), 1);
  assert(seen.sum('foyer_database_connections') >= 1);
  // A third of the ten is for searches, and one for their index.
  assert.equal(seen.sum('foyer_database_connections_max'), 6);
  assert(seen.has('foyer_search_index_behind_changes', { client: 'theatre' }));
  await proxy[Symbol.asyncDispose]();
  const without = await scrape(String(metrics));
  assert.equal(without.sum('foyer_database_up'), 0);
  assert(without.has('foyer_http_request_duration_seconds_count', { status: '201' }));
  for (const name of ['foyer_search_index_behind_changes', 'foyer_webhooks', 'foyer_imports'])
    assert(!without.has(name), name);
});
