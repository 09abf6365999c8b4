/**
 * Tries the examples of deploy/ for nginx and Caddy with Debian's packages: `npm run check:proxies`. Events, long polls
 * and large files pass, addresses are right, and two processes on PostgreSQL are restarted in turn under load without
 * losing a request.
 *
 * `-- nginx` or `-- caddy` tries one of them; REQUESTS says how many requests are sent meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeInstallation } from '../tests/harness/installation.ts';
import { freePort, startServer } from '../tests/harness/server.ts';
import { useServer } from '../tests/harness/template.ts';
import { findPrograms } from './debian.ts';
import { whatPasses } from './proxies/passes.ts';
import { person, roll } from './proxies/rolling.ts';
import { startService } from './proxies/service.ts';
import { asks, type ProxyName, proxyNames, startProxy } from './proxies/start.ts';

const CUSTOMERS = 50;
const REQUESTS = Number(process.env.REQUESTS ?? 100_000);

const folder = mkdtempSync(join(tmpdir(), 'foyer-proxies-'));
const programs = findPrograms(proxyNames, folder);
const server = await startServer({ isDurable: false });
await useServer(server.url);

/** What is wrong behind a proxy. */
async function tryOut(name: ProxyName): Promise<string[]> {
  await using installation = await makeInstallation('postgres');
  const port = await freePort();
  await using service = await startService(installation, `https://localhost:${port}`, asks[name].settings);
  const home = mkdtempSync(join(folder, `${name}-`));
  await using proxy = await startProxy(name, home, programs, service.ports, port);
  const wrong = await whatPasses(proxy, installation);
  const sdk = `/v1/${installation.key.client}/peppered/customer`;
  const headers = { authorization: installation.key.key, 'content-type': 'application/json' };
  for (let number = 1; number <= CUSTOMERS; number += 1)
    await proxy.caller.call('POST', sdk, { headers, body: JSON.stringify(person(-number)) });
  const [before] = await installation.rows('select count(*)::int as count from customer');
  const { requests, restarts, seconds, failures, created } = await roll(
    service,
    proxy.caller,
    installation.key,
    REQUESTS,
    asks[name].pauseMs,
  );
  const [after] = await installation.rows('select count(*)::int as count from customer');
  const rate = Math.round(requests / seconds);
  console.log(`${name}: ${requests} requests (${rate}/s) during ${restarts} restarts, ${failures.length} failed.`);
  const made = Number(after?.count) - Number(before?.count);
  if (made !== created) wrong.push(`${created} customers were made, and ${made} are there`);
  return [...wrong, ...failures];
}

const wrong: string[] = [];
const asked = process.argv.slice(2);
for (const name of proxyNames.filter((one) => asked.length === 0 || asked.includes(one)))
  wrong.push(...(await tryOut(name)).map((what) => `${name}: ${what}`));
await server.stop();
rmSync(folder, { recursive: true, force: true });
for (const line of wrong.slice(0, 50)) console.error(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
