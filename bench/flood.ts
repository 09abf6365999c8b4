/** A caller that asks for as much as it can: a process of its own, ended by whoever started it. */
import { Agent, request } from 'node:http';

export interface Flood {
  readonly port: number;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  /** The paths that are asked for in turn. */
  readonly paths: readonly string[];
  readonly body?: string;
}

process.once('message', ({ port, connections, headers, method, paths, body }: Flood) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let asked = 0;
  const next = (): void => {
    const path = paths[asked % paths.length];
    asked += 1;
    const sent = request({ port, agent, method, path, headers }, (response) => response.resume().once('end', next));
    sent.once('error', () => setTimeout(next, 100));
    sent.end(body?.replaceAll('#', String(asked)));
  };
  for (let connection = 0; connection < connections; connection += 1) next();
});
process.once('disconnect', () => process.exit());
