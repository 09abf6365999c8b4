/** Restarts two processes behind a proxy in turn, again and again, under load: no request may be lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestKey } from '../../tests/harness/foyer.ts';
import type { Caller } from './caller.ts';
import { CONNECTIONS } from './caller.ts';
import type { Service } from './service.ts';

export interface Rolled {
  readonly requests: number;
  readonly restarts: number;
  readonly seconds: number;
  /** What did not get the answer that it should. */
  readonly failures: readonly string[];
  /** Creates that were answered with 201. */
  readonly created: number;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly status: number;
}

/** Of ten requests seven read, two write again what is there, and one makes a customer. */
function requestOf(number: number): Request {
  const customer = `/customer/${1 + (number % 50)}`;
  const last = number % 10;
  if (last < 7) return { method: 'GET', path: customer, status: 200 };
  if (last < 9) return { method: 'PUT', path: customer, body: { customerCity: `Zwolle ${number}` }, status: 200 };
  return { method: 'POST', path: '/customer', body: person(number), status: 201 };
}

export const person = (number: number) => ({
  email: `visitor${number}@x.nl`,
  customerFirstName: 'Jan',
  customerLastName: 'Pas',
});

/** `pauseMs` is between two restarts, as an operator's script would wait. */
export async function roll(
  service: Service,
  caller: Caller,
  key: TestKey,
  requests: number,
  pauseMs: number,
): Promise<Rolled> {
  const failures: string[] = [];
  let [sent, created, restarts] = [0, 0, 0];
  const headers = { authorization: key.key, 'content-type': 'application/json' };
  const began = performance.now();
  const work = async (): Promise<void> => {
    while (sent < requests) {
      const number = sent++;
      const { method, path, body, status } = requestOf(number);
      const call = { headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      try {
        const answer = await caller.call(method, `/v1/${key.client}/peppered${path}`, call);
        if (answer.status !== status) failures.push(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 200)}`);
        else if (method === 'POST') created += 1;
      } catch (error) {
        failures.push(`${method} ${path}: ${(error as Error).message}`);
      }
    }
  };
  const restart = async (): Promise<void> => {
    while (sent < requests) {
      for (const one of service.processes) {
        await one.restart();
        restarts += 1;
        await sleep(pauseMs);
      }
    }
  };
  await Promise.all([...Array.from({ length: CONNECTIONS }, work), restart()]);
  return { requests: sent, restarts, seconds: (performance.now() - began) / 1000, failures, created };
}
