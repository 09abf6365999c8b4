/**
 * The `foyer` command and what it prints while it runs: on a terminal, as a person sees it, or into a pipe, as a log
 * gets it.
 */
import { spawn as spawnProcess } from 'node:child_process';
import { once } from 'node:events';
import { spawn as spawnTerminal } from '@lydell/node-pty';
import { MAIN } from './command.ts';
import { childEnvironment } from './environment.ts';

/** Wide enough that no line is broken. */
const COLUMNS = 400;

type Environment = Readonly<Record<string, string>>;

/** Everything printed so far, and those who wait for it. */
class Printed {
  #text = '';
  #ended: number | undefined;
  #look = (): void => {};

  add(text: string): void {
    this.#text += text.replaceAll('\r', '');
    this.#look();
  }

  end(status: number): void {
    this.#ended = status;
    this.#look();
  }

  /** Resolves with all of it as soon as something was printed; rejects if the command ends before that. */
  shows(what: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        if (what.test(this.#text)) resolve(this.#text);
        else if (this.#ended !== undefined) reject(new Error(`It ended with ${this.#ended}:\n${this.#text}`));
      };
      this.#look();
    });
  }
}

export interface Running extends AsyncDisposable {
  shows: Printed['shows'];
  /** Presses Ctrl-C, or sends the same signal; returns the exit status. */
  interrupt(): Promise<number>;
}

/** Starts it on a terminal; `await using` kills it if it still runs. */
export function onTerminal(words: readonly string[], env: Environment): Running {
  const printed = new Printed();
  const terminal = spawnTerminal(process.execPath, [MAIN, ...words], { cols: COLUMNS, env: childEnvironment(env) });
  terminal.onData((text) => printed.add(text));
  const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  ended.then((status) => printed.end(status));
  return {
    shows: (what) => printed.shows(what),
    interrupt() {
      terminal.write('\u0003');
      return ended;
    },
    async [Symbol.asyncDispose]() {
      terminal.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts it with its output in a pipe. */
export function onPipe(words: readonly string[], env: Environment): Running {
  const printed = new Printed();
  const child = spawnProcess(process.execPath, [MAIN, ...words], {
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => printed.add(text));
  const ended = once(child, 'close').then(([code]) => Number(code));
  ended.then((status) => printed.end(status));
  return {
    shows: (what) => printed.shows(what),
    interrupt() {
      child.kill('SIGINT');
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
