/** Calls a service through its proxy, by TLS, on connections that are kept. */
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  /** The address that the call comes from: `127.0.0.2`. */
  readonly from?: string;
}

export interface Caller {
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** Gives the answer as it comes. */
  open(method: string, path: string, call?: Call): Promise<IncomingMessage>;
  close(): void;
}

export const CONNECTIONS = 32;

export function openCaller(url: string, ca: string): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca });
  // What is long or comes from elsewhere does not wait for one of those connections.
  const others = new Agent({ ca });
  const send = async (agent: Agent, method: string, path: string, { headers = {}, body, from }: Call) => {
    const sent = request(url + path, { agent, method, headers, ...(from === undefined ? {} : { localAddress: from }) });
    const answered = once(sent, 'response');
    if (body === undefined || typeof body === 'string') sent.end(body);
    else body.pipe(sent);
    const [response] = (await answered) as [IncomingMessage];
    return response;
  };
  return {
    async call(method, path, call = {}) {
      const response = await send(call.from === undefined ? agent : others, method, path, call);
      return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
    },
    open: (method, path, call = {}) => send(others, method, path, call),
    close() {
      agent.destroy();
      others.destroy();
    },
  };
}
