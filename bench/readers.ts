/** Readers of events, in a process of their own: what they cost themselves must not delay what is measured. */
import { once } from 'node:events';
import { Agent, get } from 'node:http';

export interface Readers {
  readonly port: number;
  readonly path: string;
  readonly keys: readonly string[];
  readonly readersOfKey: number;
}

process.once('message', async ({ port, path, keys, readersOfKey }: Readers) => {
  const agent = new Agent({ maxSockets: keys.length * readersOfKey });
  for (const authorization of keys) {
    const headers = { authorization, accept: 'text/event-stream' };
    const connect = async () => {
      const [response] = await once(get({ port, agent, path, headers }), 'response');
      response.resume();
    };
    await Promise.all(Array.from({ length: readersOfKey }, connect));
  }
  process.send?.('connected');
});
process.once('disconnect', () => process.exit());
