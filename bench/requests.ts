/** The requests of each scenario, as the bytes that go over the wire. */
import type { SeededClient } from './seed.ts';
import type { Server } from './server.ts';
import { visitor } from './visitors.ts';

export type ScenarioName = 'get' | 'findByEmail' | 'update' | 'create' | 'export';

/** The target of the requests, and its data. */
export interface Target {
  readonly port: number;
  /** The requests are spread over them evenly, at random. */
  readonly clients: readonly SeededClient[];
  /** How many each client has. */
  readonly customers: number;
}

export const targetOf = ({ port, data }: Server): Target => ({
  port,
  clients: data.clients,
  customers: data.customers,
});

export interface RequestMaker {
  readonly status: number;
  /** The next request; every text is ASCII, so that its length is that of its bytes. */
  next(): string;
}

const anyOf = (count: number): number => 1 + Math.floor(Math.random() * count);

/** `run` is a number that no other run on the same database has, so that what is created is new. */
export function requestMaker(scenario: ScenarioName, target: Target, run: number): RequestMaker {
  const { customers } = target;
  let count = 0;
  switch (scenario) {
    case 'get':
      return { status: 200, next: () => request(target, 'GET', `/customer/${anyOf(customers)}`) };
    case 'findByEmail':
      return {
        status: 200,
        next: () => request(target, 'POST', '/customer/findByEmail', { email: visitor(anyOf(customers)).email }),
      };
    case 'update':
      return {
        status: 200,
        next: () => {
          count += 1;
          return request(target, 'PUT', `/customer/${anyOf(customers)}`, {
            customerCity: `Voorbeeldstad ${run}-${count}`,
          });
        },
      };
    case 'create':
      return {
        status: 201,
        next: () => {
          count += 1;
          return request(target, 'POST', '/customer', newCustomer(run, count));
        },
      };
    case 'export':
      return { status: 200, next: () => request(target, 'POST', '/export/customers') };
  }
}

/** `run` is something that no other run on the same database has. */
export function newCustomer(run: number | string, count: number) {
  return {
    email: `sanne.de.vries${run}-${count}@theater.example`,
    customerFirstName: 'Sanne',
    customerLastName: 'Vries',
    customerPreposition: 'de',
    customerSalutation: 'F',
    customerAddress: 'Melkmarkt 12',
    customerHouseNr: '12',
    customerZip: '8011 XA',
    customerCity: 'Zwolle',
    customerCountry: 'NL',
    customerPhone: `000${String(count).padStart(7, '0')}`,
  };
}

function request(target: Target, method: string, path: string, body?: object): string {
  const { name, key } = target.clients[anyOf(target.clients.length) - 1] as SeededClient;
  const head = `${method} /v1/${name}/peppered${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${key}\r\n`;
  if (method === 'GET') return `${head}\r\n`;
  // An export ends with its connection: then its end is seen without taking its chunks apart.
  if (body === undefined) return `${head}Connection: close\r\nContent-Length: 0\r\n\r\n`;
  const text = JSON.stringify(body);
  return `${head}Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
}
