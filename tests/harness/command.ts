/** The `foyer` command, as a process. */
import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './environment.ts';

export const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));

type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end; an argument per word. */
export function runFoyer(words: readonly string[], given: Environment = {}, cwd?: string): Promise<Ended> {
  const options = { env: childEnvironment(given), ...(cwd === undefined ? {} : { cwd }) };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
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
