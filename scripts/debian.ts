/** Programs from Debian's packages: the installed ones, or else unpacked into a folder, without installing them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Programs {
  /** The path of a program: `prometheus`. */
  path(name: string): string;
  /** The environment that it needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** A file of the packages, `etc/nginx/mime.types`. */
  file(path: string): string;
}

/** Finds programs, each in the package with this name unless `packages` says otherwise; `folder` is for downloads. */
export function findPrograms(names: readonly string[], folder: string, packages: readonly string[] = names): Programs {
  const isInstalled = names.every((name) => spawnSync(name, ['--version']).error === undefined);
  if (isInstalled) return { path: (name) => name, environment: {}, file: (path) => `/${path}` };
  const root = unpack(folder, packages);
  const found = ['usr/bin', 'usr/sbin'].flatMap((bin) => listed(join(root, bin)));
  const libraries = listed(join(root, 'usr/lib')).filter((path) => path.endsWith('-linux-gnu'));
  return {
    path: (name) => found.find((path) => path.endsWith(`/${name}`)) ?? name,
    environment: { LD_LIBRARY_PATH: libraries.join(':') },
    file: (path) => join(root, path),
  };
}

/** Unpacks packages and their dependencies; returns the folder that replaces `/`. */
function unpack(folder: string, packages: readonly string[]): string {
  const [state, cache] = [join(folder, 'state'), join(folder, 'cache')];
  for (const path of [`${state}/lists/partial`, `${cache}/archives/partial`]) mkdirSync(path, { recursive: true });
  const settings = [`Dir::State=${state}`, `Dir::Cache=${cache}`, 'Dir::State::status=/var/lib/dpkg/status'];
  const options = [...settings, 'Debug::NoLocking=1', 'APT::Sandbox::User='].flatMap((setting) => ['-o', setting]);
  execFileSync('apt-get', [...options, '-qq', 'update'], { stdio: 'inherit' });
  const install = ['-qq', '-y', '--no-install-recommends', '--download-only', 'install', ...packages];
  execFileSync('apt-get', [...options, ...install]);
  const root = join(folder, 'root');
  for (const path of listed(`${cache}/archives`)) {
    if (path.endsWith('.deb')) execFileSync('dpkg', ['-x', path, root]);
  }
  return root;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
