/** Reads server-sent events according to their specification. */
import type { TestFoyer, TestKey } from './foyer.ts';

export interface ServerSentEvent {
  readonly id: string;
  readonly data: string;
}

/** The events of a response, until it ends. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerSentEvent> {
  let text = '';
  for await (const chunk of (response.body ?? (new Response('').body as ReadableStream)).pipeThrough(
    new TextDecoderStream(),
  )) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data !== undefined) yield { id: field('id') ?? '', data };
    }
  }
}

/** Opens the feed as events. Once it answers its place is fixed: every later change is reported. */
export const openEvents = (foyer: TestFoyer, key: TestKey, query: string, headers: Record<string, string> = {}) =>
  foyer.fetch(key, `/change${query}`, { headers: { accept: 'text/event-stream', ...headers } });

/** Reads a number of events, and hangs up; returns fewer if the stream ends earlier. */
export async function takeEvents(response: Response, count: number): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of eventsOf(response)) if (events.push(event) >= count) break;
  return events;
}
