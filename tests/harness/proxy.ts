/** A proxy between the service and PostgreSQL that loses answers on demand, or leads elsewhere. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** How many answers were lost. */
  readonly lost: number;
  /**
   * The next message with this text, on a connection that changes a customer, is passed on; the connection breaks at
   * its answer. After that the proxy may stay closed.
   */
  loseAnswerTo(text: string, staysClosed?: boolean): void;
  /**
   * The next message with this text, on a connection that changes a customer, never arrives; resolves when it was sent.
   * From then on the proxy is closed, and its sender waits.
   */
  stop(text: string): Promise<void>;
  /** Breaks the waiting connection, and accepts new ones. */
  open(): void;
  /** Breaks all connections; from now on they lead to the server at another port. */
  leadTo(port: number): void;
}

export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let port = Number(target.port);
  let wanted: string | undefined;
  let staysClosed = false;
  let isClosed = false;
  let lost = 0;
  let stopped: { readonly text: string; arrived(): void } | undefined;
  let waiting: Socket | undefined;

  const server = createServer((near) => {
    if (isClosed) return near.destroy();
    const far = connect(port, target.hostname);
    let isDoomed = false;
    let hasWritten = false;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        if (near !== waiting) near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => {
      hasWritten ||= bytes.includes('insert into "customer_change"');
      if (wanted !== undefined && hasWritten && bytes.includes(wanted)) {
        wanted = undefined;
        isDoomed = true;
      }
      if (stopped !== undefined && hasWritten && bytes.includes(stopped.text)) {
        waiting = near;
        isClosed = true;
        stopped.arrived();
        stopped = undefined;
        return;
      }
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!isDoomed) return near.write(bytes);
      lost += 1;
      isClosed = staysClosed;
      for (const socket of staysClosed ? sockets : [near]) socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    get lost() {
      return lost;
    },
    loseAnswerTo(text, closed = false) {
      wanted = text;
      staysClosed = closed;
    },
    stop(text) {
      return new Promise((resolve) => {
        stopped = { text, arrived: resolve };
      });
    },
    open() {
      isClosed = false;
      waiting?.destroy();
      waiting = undefined;
    },
    leadTo(other) {
      port = other;
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
