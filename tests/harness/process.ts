/** The service as a process of its own: `foyer serve` with its log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createFoyer, type Foyer } from '../../sdk/src/index.ts';
import { MAIN } from './command.ts';
import { childEnvironment } from './environment.ts';
import type { TestInstallation } from './installation.ts';

export type LogLine = Readonly<Record<string, unknown>>;

export interface FoyerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Every line of standard output and standard error so far. */
  readonly lines: readonly string[];
  /** Resolves once the process is gone and all its output was read. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The SDK with the key of the installation. It retries nothing. */
  readonly sdk: Foyer;
  /**
   * A plain request below the base path of the installation's client, with its key unless the headers say otherwise.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The first matching line of the log, as soon as there is one. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
}

/** Starts the service and waits until it listens; `await using` kills it if it still runs. */
export async function spawnFoyer(
  installation: TestInstallation,
  env: Record<string, string> = {},
): Promise<FoyerProcess> {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: childEnvironment({ PORT: '0', ...installation.environment, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const printed = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) readLines(stream, lines, printed);
  let isClosed = false;
  const exited = once(child, 'close').then(([code, signal]) => {
    isClosed = true;
    printed.emit('line');
    return { code, signal };
  });

  const logged: FoyerProcess['logged'] = async (fits) => {
    for (let seen = 0; ; seen += 1) {
      while (seen === lines.length) {
        if (isClosed) throw new Error(`It has ended:\n${lines.join('\n')}`);
        await once(printed, 'line');
      }
      const line = parseLine(lines[seen] ?? '');
      if (line !== undefined && fits(line)) return line;
    }
  };

  const url = String((await logged(({ msg }) => msg === 'listening')).url);
  const { client, key } = installation.key;
  return {
    child,
    url,
    lines,
    exited,
    logged,
    sdk: createFoyer({ baseUrl: url, client, key, retries: 0 }),
    fetch: (path, init = {}) =>
      fetch(`${url}/v1/${client}/peppered${path}`, {
        ...init,
        headers: { authorization: key, ...(init.headers as Record<string, string>) },
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function readLines(stream: Readable, lines: string[], printed: EventEmitter): void {
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    printed.emit('line');
  });
}

/** A line of the log; `undefined` if it is not JSON. */
export function parseLine(line: string): LogLine | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
