/**
 * Does what the Dockerfile says, without Docker: `npm run check:container`. Each stage is a folder, COPY and RUN are
 * done in it, and what comes out at the end is started as the image would start it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../tests/harness/environment.ts';
import { freePort } from '../tests/harness/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const WORKDIR = '/foyer';
/** Not those of the last stage, which make links and users of the image. */
const RUNS_HERE = /^npm /;

interface Stage {
  readonly folder: string;
  readonly environment: Record<string, string>;
}

/** The instructions, without comments; those that go on in the next line are one. */
function instructions(): [name: string, rest: string][] {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, ' ');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const at = line.indexOf(' ');
    return [line.slice(0, at), line.slice(at + 1)];
  });
}

/** Docker's rules: a source that is a folder gives what is in it; a target that ends with `/` is a folder. */
function copy(rest: string, { folder }: Stage, stages: ReadonlyMap<string, Stage>): void {
  const words = rest.split(' ');
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const target = words.pop() ?? '';
  const source = from === undefined ? root : (stages.get(from)?.folder ?? '');
  for (const word of words) {
    const path = from === undefined ? join(root, word) : join(source, word.slice(WORKDIR.length));
    const isFile = /\.\w+$|LICENSE$/.test(word);
    const to = join(folder, target, isFile ? (word.split('/').at(-1) ?? '') : '');
    mkdirSync(dirname(to), { recursive: true });
    cpSync(path, to, { recursive: true, verbatimSymlinks: true });
  }
}

/** The folder of the last stage, and its environment. */
function build(home: string): Stage {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const [name, rest] of instructions()) {
    if (name === 'FROM') {
      const as = / AS (\w+)$/.exec(rest)?.[1] ?? 'image';
      stage = { folder: join(home, as), environment: {} };
      mkdirSync(stage.folder);
      stages.set(as, stage);
    }
    if (stage === undefined) throw new Error('There is no FROM');
    if (name === 'COPY') copy(rest, stage, stages);
    if (name === 'RUN' && RUNS_HERE.test(rest)) {
      console.log(`${rest}`);
      execFileSync('sh', ['-c', rest], { cwd: stage.folder, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    if (name === 'ENV') {
      for (const pair of rest.split(' ')) {
        const [key = '', value = ''] = pair.split('=');
        stage.environment[key] = value;
      }
    }
  }
  if (stage === undefined) throw new Error('There is no stage');
  return stage;
}

/** What is wrong with the pages of a service. */
async function lookAt(url: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const path of ['/health/ready', '/docs', '/openapi.json', '/console']) {
    const { status } = await fetch(url + path);
    if (status !== 200) wrong.push(`${path} is answered with ${status}`);
  }
  const page = await (await fetch(`${url}/console`)).text();
  const script = /src="([^"]+\.js)"/.exec(page)?.[1];
  const { status } = await fetch(new URL(script ?? '/missing', `${url}/console/`));
  if (status !== 200) wrong.push(`the script of the console is answered with ${status}`);
  return wrong;
}

const home = mkdtempSync(join(tmpdir(), 'foyer-container-'));
const { folder, environment } = build(home);
const data = join(home, 'data');
const port = await freePort();
const settings = Object.fromEntries(
  Object.entries(environment).map(([name, value]) => [name, value.replaceAll('/data', data)]),
);
const child = spawn(join(folder, 'server/bin/foyer.js'), ['serve'], {
  cwd: folder,
  env: childEnvironment({ ...settings, PORT: String(port), LOG_LEVEL: 'warn' }),
  stdio: ['ignore', 'inherit', 'inherit'],
});
const url = `http://127.0.0.1:${port}`;
while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) {
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}`);
  await sleep(50);
}
const wrong = await lookAt(url);
const ended = once(child, 'exit');
child.kill('SIGTERM');
const [code] = await ended;
if (code !== 0) wrong.push(`it ended with ${code}`);
rmSync(home, { recursive: true, force: true });
for (const line of wrong) console.error(line);
console.log(`The image would be served: ${wrong.length} things are wrong.`);
process.exitCode = wrong.length === 0 ? 0 : 1;
