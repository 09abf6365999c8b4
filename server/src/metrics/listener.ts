/** Answers `GET /metrics`, on a port of its own. */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricsConfig } from '../config-monitoring.ts';
import { createServer } from '../http/node-http.ts';

interface Scrape {
  readonly contentType: string;
  readonly text: string;
}

export class MetricsListener {
  readonly #server: Server;
  readonly #scrape: () => Promise<Scrape>;
  /** A request that comes while another is being answered gets the same answer. */
  #underWay: Promise<Scrape> | undefined;

  private constructor(server: Server, scrape: () => Promise<Scrape>) {
    this.#server = server;
    this.#scrape = scrape;
  }

  static async start({ host, port }: MetricsConfig, scrape: () => Promise<Scrape>): Promise<MetricsListener> {
    const server = createServer();
    const listener = new MetricsListener(server, scrape);
    server.on('request', (request, response) => listener.#answer(request.method, request.url, response));
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (cause) {
      throw new Error(`METRICS_PORT ${port} of METRICS_HOST ${host} cannot be opened: ${(cause as Error).message}`, {
        cause,
      });
    }
    return listener;
  }

  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
  }

  async #answer(method: string | undefined, url: string | undefined, response: ServerResponse): Promise<void> {
    if (url !== '/metrics') return void response.writeHead(404).end();
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    this.#underWay ??= this.#scrape().finally(() => {
      this.#underWay = undefined;
    });
    try {
      const { contentType, text } = await this.#underWay;
      response.writeHead(200, { 'content-type': contentType }).end(text);
    } catch {
      response.writeHead(500).end();
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
