/** The service works where it may not lower the priority of a thread, as under systemd's filter of system calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { untilIndexed } from '../harness/search-index.ts';

const refused = `
  import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  os.setPriority = () => { throw new Error('EPERM'); };
  syncBuiltinESMExports();
`;

test('the index is made all the same', async () => {
  await using installation = await makeInstallation();
  const preload = `data:text/javascript,${encodeURIComponent(refused)}`;
  await using service = await spawnFoyer(installation, { NODE_OPTIONS: `--import ${preload}` });
  const { customers } = service.sdk;
  await customers.create({ email: 'a@x.nl', customerFirstName: 'Eva', customerLastName: 'Visser' });
  await untilIndexed(installation);
  assert.equal((await customers.search('eva')).count, 1);
});
