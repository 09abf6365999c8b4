/** nginx and Caddy, started with the files of deploy/ in which only addresses, ports and certificates are others. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tests/harness/server.ts';
import type { Programs } from '../debian.ts';
import { type Caller, openCaller } from './caller.ts';

export const proxyNames = ['nginx', 'caddy'] as const;
export type ProxyName = (typeof proxyNames)[number];

export interface RunningProxy extends AsyncDisposable {
  readonly name: ProxyName;
  /** `https://localhost:PORT` */
  readonly url: string;
  /** Someone who trusts its certificate. */
  readonly caller: Caller;
}

interface Setting {
  readonly folder: string;
  readonly programs: Programs;
  readonly port: number;
  /** Of the processes of the service. */
  readonly ports: readonly [number, number];
}

/** What the file of each asks of the service, and how long whoever restarts its processes waits between them. */
export const asks = {
  nginx: { settings: {}, pauseMs: 500 },
  caddy: { settings: { STOP_DELAY: '3' }, pauseMs: 5000 },
} as const;

const HOST = 'foyer.theatre.example';
const deployed = (path: string): string => readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');

/** Puts other values in; what is to be replaced must be there. */
function replaced(text: string, values: Readonly<Record<string, string>>): string {
  for (const [from, to] of Object.entries(values)) {
    if (!text.includes(from)) throw new Error(`The file in deploy/ has no "${from}"`);
    text = text.replaceAll(from, to);
  }
  return text;
}

const backends = ([first, second]: Setting['ports']) => ({
  '127.0.0.1:8080': `127.0.0.1:${first}`,
  '127.0.0.1:8081': `127.0.0.1:${second}`,
});

/** A certificate for localhost, with its key, in two files below a folder. */
function makeCertificate(folder: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  return { cert, key };
}

async function nginx({ folder, programs, port, ports }: Setting, { cert, key }: { cert: string; key: string }) {
  const site = replaced(deployed('nginx/foyer.conf'), {
    ...backends(ports),
    'listen 80;': `listen 127.0.0.1:${await freePort()};`,
    'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
    [`/etc/letsencrypt/live/${HOST}/fullchain.pem`]: cert,
    [`/etc/letsencrypt/live/${HOST}/privkey.pem`]: key,
    [HOST]: 'localhost',
  });
  writeFileSync(join(folder, 'foyer.conf'), site);
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name), { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name.replace('client_', ''))};`,
  );
  const main = [
    'daemon off; worker_processes 2; master_process on;',
    `pid ${join(folder, 'nginx.pid')}; error_log ${join(folder, 'error.log')} warn;`,
    process.getuid?.() === 0 ? 'user root;' : '',
    'events { worker_connections 1024; }',
    `http { access_log off; ${temporary.join(' ')} include ${join(folder, 'foyer.conf')}; }`,
  ];
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, `${main.join('\n')}\n`);
  return spawn(programs.path('nginx'), ['-c', config, '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...programs.environment },
  });
}

function caddy({ folder, programs, port, ports }: Setting, { cert, key }: { cert: string; key: string }) {
  const site = replaced(deployed('caddy/Caddyfile'), {
    ...backends(ports),
    [`${HOST} {`]: `https://localhost:${port} {\n\ttls ${cert} ${key}`,
  });
  const config = join(folder, 'Caddyfile');
  writeFileSync(config, `{\n\tadmin off\n\tauto_https disable_redirects\n\tlog {\n\t\tlevel ERROR\n\t}\n}\n${site}`);
  return spawn(programs.path('caddy'), ['run', '--config', config, '--adapter', 'caddyfile'], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
}

/** Starts one before two processes of the service, of which one at least runs. */
export async function startProxy(
  name: ProxyName,
  folder: string,
  programs: Programs,
  ports: Setting['ports'],
  port: number,
): Promise<RunningProxy> {
  const certificate = makeCertificate(folder);
  const setting = { folder, programs, port, ports };
  const child = await (name === 'nginx' ? nginx(setting, certificate) : caddy(setting, certificate));
  const url = `https://localhost:${port}`;
  const caller = openCaller(url, readFileSync(certificate.cert, 'utf8'));
  await untilReady(child, caller, name);
  return {
    name,
    url,
    caller,
    async [Symbol.asyncDispose]() {
      caller.close();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilReady(child: ChildProcess, caller: Caller, name: string): Promise<void> {
  while (true) {
    const answer = await caller.call('GET', '/health/ready').catch(() => undefined);
    if (answer?.status === 200) return;
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    await sleep(50);
  }
}
