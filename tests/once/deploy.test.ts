/** The files of deploy/, compose.yaml and the Dockerfile name what is there: settings, paths, flags and times. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../server/src/config.ts';
import { startFoyer } from '../harness/foyer.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** How long requests in flight have, in seconds. */
const IN_FLIGHT = 10;
/** The settings that may be set, by the table of the documentation. */
const documented = new Set([...(await read('docs/settings.md')).matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name));

/** Checks that a service would start with these settings, and that each is one. */
function assertSettings(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(env)) assert(documented.has(name), name);
  readConfig(env);
}

interface Probe {
  readonly httpGet: { readonly path: string };
}

interface Container {
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly volumeMounts: readonly { readonly mountPath: string }[];
}

interface Workload {
  readonly kind: string;
  readonly stringData?: Record<string, string>;
  readonly spec: {
    readonly template: { readonly spec: { terminationGracePeriodSeconds: number; containers: readonly Container[] } };
  };
}

suite('Kubernetes', async () => {
  const documents = parseAllDocuments(await read('deploy/kubernetes/foyer.yaml'));
  const all = documents.map((document) => document.toJS() as Workload);
  const pods = all.filter(({ kind }) => kind === 'Job' || kind === 'Deployment').map(({ spec }) => spec.template.spec);
  const deployed = pods.at(-1)?.containers[0] ?? assert.fail('there is no Deployment');
  const env = Object.fromEntries((deployed.env ?? []).map(({ name, value }) => [name, value]));

  test('it can be read, and its settings are settings', () => {
    assert.deepEqual(
      documents.flatMap(({ errors }) => errors),
      [],
    );
    const secrets = all.filter(({ kind }) => kind === 'Secret').map(({ stringData = {} }) => stringData);
    assert.equal(secrets.length, 2);
    for (const secret of secrets) assertSettings({ ...secret, ...env });
  });

  test('a pod has time for what it has to end', () => {
    const seconds = pods.at(-1)?.terminationGracePeriodSeconds ?? 0;
    assert(seconds >= Number(env.STOP_DELAY) + 2 * IN_FLIGHT);
  });

  test('its probes are answered', async () => {
    await using foyer = await startFoyer('sqlite');
    for (const probe of [deployed.startupProbe, deployed.readinessProbe, deployed.livenessProbe])
      assert.equal((await fetch(foyer.url + (probe?.httpGet.path ?? '/nowhere'))).status, 200);
  });

  test('where the image writes there is a volume', async () => {
    const dockerfile = await read('Dockerfile');
    assert.match(dockerfile, /^ENV .*IMPORT_DIR=\/data\/imports$/m);
    assert(deployed.securityContext.readOnlyRootFilesystem);
    assert.deepEqual(
      deployed.volumeMounts.map(({ mountPath }) => mountPath),
      ['/tmp', '/data'],
    );
  });
});

test('the settings of the image and of compose.yaml are settings', async () => {
  const pairs = /^ENV (.+)$/m.exec(await read('Dockerfile'))?.[1]?.split(' ') ?? [];
  assertSettings(Object.fromEntries(pairs.map((pair) => pair.split('='))));
  const { services } = parse(await read('compose.yaml'), { merge: true });
  for (const { environment } of [services.migrate, services.server]) {
    const filled = Object.entries<string>(environment).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{\w+(?::-(\w+)|:\?)?\}/g, (_, fallback) => fallback ?? 'x'),
    ]);
    assertSettings(Object.fromEntries(filled));
  }
  assert(services.server.volumes.some((volume: string) => volume.endsWith(':/data')));
  assert(Number.parseInt(services.server.stop_grace_period, 10) > IN_FLIGHT);
});

test('the unit starts what foyer.js would, with settings that are settings, and waits long enough', async () => {
  const unit = await read('deploy/systemd/foyer@.service');
  const of = (name: string) => [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
  const [first = ''] = (await read('server/bin/foyer.js')).split('\n');
  const flags = first.match(/--\S+/g)?.join(' ');
  assert.equal(of('ExecStart')[0], `/opt/foyer/node_modules/.bin/node ${flags} /opt/foyer/server/bin/foyer.js serve`);
  const settings = Object.fromEntries(of('Environment').map((pair) => pair.replace('%i', '8080').split('=')));
  const { NODE_COMPILE_CACHE: cache, ...ours } = settings;
  assert.equal(cache, '/var/cache/foyer');
  assertSettings(ours);
  assert(Number(of('TimeoutStopSec')[0]) >= 2 * IN_FLIGHT);
});
