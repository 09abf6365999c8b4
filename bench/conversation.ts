/** HTTP over one persistent socket, parsed no further than the load needs: status, length, end. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
/** Part of `Content-Length`, whose capitals vary. */
const LENGTH = Buffer.from('ength: ');
const LINE_END = 13;
const ZERO = 48;

export interface Conversation {
  send(request: string): void;
  end(): void;
}

/** Opens a conversation; `onAnswer` is called when an answer is complete. */
export async function converse(
  port: number,
  status: number,
  onAnswer: () => void,
  onFailure: (error: Error) => void,
): Promise<Conversation> {
  const socket = await open(port);
  let head: Buffer | undefined;
  let missing = 0;
  socket.on('data', (bytes: Buffer) => {
    if (missing > 0) {
      missing -= bytes.length;
    } else {
      const read = head === undefined ? bytes : Buffer.concat([head, bytes]);
      const total = answerLength(read, status, onFailure);
      if (total === undefined) {
        head = read;
        return;
      }
      head = undefined;
      missing = total - read.length;
    }
    if (missing === 0) onAnswer();
  });
  socket.on('error', onFailure);
  return { send: (request) => socket.write(request, 'latin1'), end: () => socket.destroy() };
}

/** The length of head and body; `undefined` while the head is incomplete. */
function answerLength(bytes: Buffer, status: number, onFailure: (error: Error) => void): number | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  if (statusOf(bytes) !== status) onFailure(new Error(`Expected ${status}: ${bytes.toString('utf8')}`));
  let length = 0;
  for (let at = bytes.indexOf(LENGTH) + LENGTH.length; bytes[at] !== LINE_END; at += 1) {
    length = length * 10 + (bytes[at] as number) - ZERO;
  }
  return headEnd + HEAD_END.length + length;
}

/** The three digits after `HTTP/1.1 `. */
const statusOf = (bytes: Buffer): number => Number(bytes.toString('latin1', 9, 12));

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Sends one request that closes its connection, and counts the bytes until then. */
export async function download(port: number, request: string): Promise<number> {
  const socket = await open(port);
  let bytes = 0;
  socket.on('data', (part: Buffer) => {
    if (bytes === 0 && statusOf(part) !== 200) socket.destroy(new Error(part.toString('utf8')));
    bytes += part.length;
  });
  socket.write(request, 'latin1');
  await once(socket, 'end');
  return bytes;
}
