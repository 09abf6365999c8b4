import type { Endpoint } from './contract/endpoint.ts';

/** What a page answers with, beside its records. */
interface PageEnd {
  readonly nextCursor: string | null;
}

/** The records of all pages, one after another; the next page is requested when the last record of a page was taken. */
export async function* allPages(
  endpoint: Endpoint,
  args: Readonly<Record<string, unknown>>,
  ask: (args: Readonly<Record<string, unknown>>) => Promise<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  const { shape } = endpoint.success;
  if (shape.kind !== 'page') throw new Error('The endpoint has no pages');
  for (let next = args; ; ) {
    const page = (await ask(next)) as PageEnd & Readonly<Record<string, readonly unknown[]>>;
    yield* page[shape.member] ?? [];
    if (page.nextCursor === null) return;
    next = { ...args, cursor: page.nextCursor };
  }
}
