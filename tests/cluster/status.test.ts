/** `foyer cluster status`, on a cluster and elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { runFoyer } from '../harness/command.ts';
import { makeCustomers } from '../harness/customers.ts';
import { makeInstallation } from '../harness/installation.ts';

test('it counts clients and customers by node, names the largest, and what is not spread', async () => {
  await using installation = await makeInstallation();
  await installation.withStore(async (store) => {
    for (let at = 0; at < 5; at += 1) await createClient(store, { name: `c${at}` });
    const people = ['a', 'b'].map((name) => ({
      email: `${name}@x.nl`,
      customerFirstName: 'Jan',
      customerLastName: 'Pas',
    }));
    await makeCustomers(store, installation.key.clientId, people);
  });
  await installation.rows('create table stray (client_id bigint primary key)');
  await installation.rows(`select create_distributed_table('stray', 'client_id', colocate_with => 'none')`);
  const { stdout, stderr } = await runFoyer(['cluster', 'status', '--json'], installation.environment);
  assert.equal(stderr, '');
  const { nodes, largest, notColocated } = JSON.parse(stdout);
  assert.equal(nodes.length, 3);
  assert.deepEqual([nodes[0].clients, nodes[0].isActive], [0, true], 'the coordinator has none');
  const sum = (of: 'clients' | 'customers') =>
    nodes.reduce((total: number, node: Record<string, number>) => total + (node[of] as number), 0);
  assert.deepEqual([sum('clients'), sum('customers')], [6, 2]);
  assert.deepEqual([largest.length, largest[0].client, largest[0].customers], [6, 'theatre', 2]);
  assert.deepEqual(notColocated, ['stray']);
});

test('elsewhere there is none', async () => {
  await using installation = await makeInstallation('sqlite');
  const { code, stderr } = await runFoyer(['cluster', 'status'], installation.environment);
  assert.deepEqual([code, stderr], [1, 'The database is not a cluster.\n']);
});
