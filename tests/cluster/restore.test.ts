/** Runs the lines of docs/cluster.md on a backup by `pg_dump`: what is there then, and what readers are told. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createFoyer } from '../../sdk/src/index.ts';
import { citusPrograms } from '../harness/citus.ts';
import { everything, fill, serving } from '../harness/copying.ts';
import { makeDatabase, type TestDatabase } from '../harness/database.ts';
import { childEnvironment } from '../harness/environment.ts';
import { serverUrls } from '../harness/postgres.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const nameOf = ({ url }: TestDatabase): string => new URL(url).pathname.slice(1);

/** The blocks of commands of a section. */
async function blocksOf(heading: string): Promise<string[]> {
  const text = await readFile(join(root, 'docs/cluster.md'), 'utf8');
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? assert.fail('no such section');
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = '']) => script);
}

/** The status of the feed of a client after a cursor, with its numbers. */
async function feed(url: string, key: string, after: number): Promise<[status: number, numbers: number[] | undefined]> {
  const response = await fetch(`${url}/v1/fringe/peppered/change?after=${after}`, { headers: { authorization: key } });
  const { changes } = await response.json();
  return [response.status, changes?.map(({ number }: { number: number }) => number)];
}

test('a dump that is put back into a new cluster', async () => {
  const [dump, load, makeSafe] = await blocksOf('By `pg_dump`');
  await using source = await makeDatabase();
  await using target = await makeDatabase('postgres', false);
  const folder = await mkdtemp(join(tmpdir(), 'foyer-dump-'));
  const { hostname: PGHOST, port: PGPORT, username: PGUSER } = new URL(serverUrls()[0] as string);
  const env = childEnvironment({ ...target.environment, PGHOST, PGPORT, PGUSER });
  const shell = (block = '') => {
    const script = block.replaceAll('foyer_restored', nameOf(target)).replace(/ foyer$/m, ` ${nameOf(source)}`);
    return promisify(execFile)('bash', ['-ec', `PATH=${citusPrograms()}:$PATH\n${script}`], { cwd: folder, env });
  };
  try {
    // As in the folder of Foyer.
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const key = await fill(source.config);
    const before = await everything(source);
    await shell(dump);
    const [backup, told] = await serving(source.config, async (url) => {
      const { customers } = createFoyer({ baseUrl: url, client: 'fringe', key, retries: 0 });
      const last = (await feed(url, key, 0))[1]?.at(-1) as number;
      await customers.update({ customerId: 1, customerCity: 'Lost' });
      return [last, (await feed(url, key, last))[1]?.at(-1) as number];
    });

    await shell(load);
    assert.deepEqual(await everything(target), before);
    await shell(makeSafe);
    await serving(target.config, async (url) => {
      const { customers } = createFoyer({ baseUrl: url, client: 'fringe', key, retries: 0 });
      assert.deepEqual(await feed(url, key, backup), [200, []], 'who has read as far as the backup goes on');
      assert.deepEqual(await feed(url, key, told), [410, undefined], 'who was ahead is told so');
      await customers.update({ customerId: 1, customerCity: 'New' });
      const [, [next] = []] = await feed(url, key, backup);
      assert.ok((next as number) > told, 'no number is used again');
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
