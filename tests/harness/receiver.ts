/** Receives webhooks, as an integrator's program would. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

type Answer = (response: ServerResponse, received: Received) => void;

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Everything that came, by path. */
  of(path: string): readonly Received[];
  /** Resolves with what came at a path, once it is the given number. */
  count(path: string, count: number): Promise<readonly Received[]>;
  /** Sets the answer at a path from now on; the default is 204. */
  answer(path: string, answer: Answer): void;
}

export async function startReceiver(): Promise<Receiver> {
  const all = new Map<string, Received[]>();
  const answers = new Map<string, Answer>();
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    let body = '';
    for await (const chunk of request) body += chunk;
    const received = { path, headers: request.headers, body, at: performance.now() };
    all.set(path, [...(all.get(path) ?? []), received]);
    const answer = answers.get(path) ?? ((one) => one.writeHead(204).end());
    answer(response, received);
    for (const look of waiting) look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const of = (path: string) => all.get(path) ?? [];
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    of,
    count: (path, count) =>
      new Promise((resolve) => {
        const look = () => {
          if (of(path).length < count) return;
          waiting.delete(look);
          resolve(of(path));
        };
        waiting.add(look);
        look();
      }),
    answer: (path, answer) => answers.set(path, answer),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();
