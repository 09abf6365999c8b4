/** HTTP by hand, for requests that no well-behaved client sends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Opens a connection to the service at a URL. */
export async function dial(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // The service may close the connection during a write.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** The text of a request: head lines and a body. */
export function requestText(head: readonly string[], body = ''): string {
  return `${[...head, 'Host: foyer.test', 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;
}

/** Sends bytes and reads until the service closes the connection. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<RawAnswer> {
  const socket = await dial(url);
  socket.write(bytes);
  return readAnswer(socket);
}

/** Reads one answer, up to the close of the connection. */
export async function readAnswer(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (!socket.closed) await once(socket, 'close');
  return parseAnswer(Buffer.concat(chunks).toString());
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  assert(end > 0, `no answer came, but ${JSON.stringify(text)}`);
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4) };
}

/** Checks that an answer is the problem for a status, with every member of a problem. */
export function assertProblem(answer: RawAnswer, ...statuses: readonly number[]): void {
  assert(statuses.includes(answer.status), `${answer.status} is none of ${statuses}: ${answer.body.slice(0, 300)}`);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  const problem = JSON.parse(answer.body);
  assert.match(problem.type, /^https:\/\/foyer\.example\/problems\/[a-z-]+$/);
  assert.equal(problem.status, answer.status);
  for (const member of ['title', 'message'] as const) {
    assert.equal(typeof problem[member], 'string');
    assert.notEqual(problem[member], '');
  }
}

/** Converts an answer of `fetch`, to be checked in the same way. */
export async function rawOf(response: Response): Promise<RawAnswer> {
  return { status: response.status, headers: new Map(response.headers), body: await response.text() };
}
