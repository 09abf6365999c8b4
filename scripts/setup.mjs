// Sets the repository up before `npm start` and `npm test`: plain JavaScript, for any Node from 20 on, without
// dependencies, since nothing is installed yet when it first runs. It does only what is out of date.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamps = join(root, 'node_modules', '.foyer');

/** The files below some paths, in a stable order. */
function filesBelow(path) {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const child = join(path, entry.name);
    return entry.isDirectory() ? filesBelow(child) : [child];
  });
}

function digest(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Runs a step if its inputs changed since it last succeeded, or its output is gone. */
function step({ name, inputs, output, run }) {
  const stamp = join(stamps, name);
  const now = digest(inputs);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  console.error(`Setting up: ${name}`);
  run();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, now);
}

function execute(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`Setting up failed: ${command} ${args.join(' ')}`);
    process.exit(1);
  }
}

step({
  name: 'dependencies',
  inputs: ['package.json', 'package-lock.json', 'sdk/package.json', 'server/package.json', 'console/package.json'].map(
    (file) => join(root, file),
  ),
  output: join(root, 'node_modules', '.bin', 'foyer'),
  run: () => execute('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']),
});

step({
  name: 'sdk',
  inputs: [...filesBelow(join(root, 'sdk', 'src')), join(root, 'sdk', 'tsconfig.build.json')],
  output: join(root, 'sdk', 'dist', 'index.js'),
  run: () =>
    execute(process.execPath, [
      join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      join(root, 'sdk', 'tsconfig.build.json'),
    ]),
});

step({
  name: 'kysely',
  inputs: [join(root, 'package-lock.json'), join(root, 'server', 'src', 'db', 'kysely.ts')],
  output: join(root, 'server', 'dist', 'kysely.js'),
  run: () => execute('npm', ['run', '--silent', 'build', '--workspace', 'server']),
});

step({
  name: 'console',
  inputs: [
    ...filesBelow(join(root, 'sdk', 'src')),
    ...['src', 'public'].flatMap((folder) => filesBelow(join(root, 'console', folder))),
    ...['index.html', 'vite.config.ts', 'package.json'].map((file) => join(root, 'console', file)),
  ],
  output: join(root, 'console', 'dist', 'index.html'),
  // By the repository's own Node, which runs the configuration as it is.
  run: () => execute('npm', ['run', '--silent', 'build', '--workspace', 'console', '--', '--logLevel', 'warn']),
});
