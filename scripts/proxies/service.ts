/** The service as two processes on one database, each of which can be restarted. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAIN } from '../../tests/harness/command.ts';
import { childEnvironment } from '../../tests/harness/environment.ts';
import type { TestInstallation } from '../../tests/harness/installation.ts';
import { freePort } from '../../tests/harness/server.ts';

export class ServiceProcess {
  readonly port: number;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  constructor(port: number, environment: Readonly<Record<string, string>>) {
    this.port = port;
    this.#environment = environment;
  }

  /** Resolves once it is ready, as a script of an operator would see it. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'serve'], {
      env: childEnvironment({ ...this.#environment, PORT: String(this.port) }),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#child = child;
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/health/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      if (child.exitCode !== null) throw new Error(`The service ended with ${child.exitCode}`);
      await sleep(20);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await ended;
    if (code !== 0) throw new Error(`The service ended with ${code}`);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}

export interface Service extends AsyncDisposable {
  readonly processes: readonly [ServiceProcess, ServiceProcess];
  readonly ports: readonly [number, number];
}

export async function startService(
  installation: TestInstallation,
  publicUrl: string,
  more: Readonly<Record<string, string>>,
): Promise<Service> {
  const settings = { ...more, TRUST_PROXY: '1', PUBLIC_URL: publicUrl, LOG_LEVEL: 'warn' };
  const ports = [await freePort(), await freePort()] as const;
  const [first, second] = ports.map((port) => new ServiceProcess(port, { ...installation.environment, ...settings }));
  if (first === undefined || second === undefined) throw new Error('There are two');
  await first.start();
  await second.start();
  return {
    processes: [first, second],
    ports,
    async [Symbol.asyncDispose]() {
      await Promise.all([first.stop(), second.stop()]);
    },
  };
}
