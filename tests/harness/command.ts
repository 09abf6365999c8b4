/** The `foyer` command, as a process. */
import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './environment.ts';

export const MAIN = fileURLToPath(new URL('../../server/bin/foyer.js', import.meta.url));

type Environment = Readonly<Record<string, string>>;

export interface Ended {
  /** The exit status. */
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
  /** From its start to its end. */
  readonly ms: number;
}

/**
 * Far longer than any command of a test: one that has not ended by then hangs. It is killed, and has no exit status.
 */
const PATIENCE_MS = 180_000;

/** Runs it to its end; an argument per word. `main` is its first file, for one that is installed elsewhere. */
export function runFoyer(
  words: readonly string[],
  given: Environment = {},
  cwd?: string,
  main: string = MAIN,
): Promise<Ended> {
  const options = { env: childEnvironment(given), ...(cwd === undefined ? {} : { cwd }) };
  const began = performance.now();
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...words],
      { ...options, timeout: PATIENCE_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        resolve({ code, stdout, stderr, ms: Math.round(performance.now() - began) });
      },
    );
  });
}

/** Kills a process, and waits until it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
