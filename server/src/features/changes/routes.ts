/** The endpoints of changes: the feed by pages, by waiting and by events, and the history of a customer. */
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Serve } from '../../http/endpoint.ts';
import { preferredType } from '../../http/wire/accept.ts';
import { pageOf, readBefore } from '../../http/wire/by-number.ts';
import { noSuchCustomer } from '../customers/missing.ts';
import { customerById } from '../customers/queries.ts';
import { EventPages, readEvents } from './event-pages.ts';
import { EventStream } from './event-stream.ts';
import type { Feed, FeedPage } from './feed.ts';
import { type ChangeRow, historyBefore, historyCount } from './queries.ts';
import { presentChange, presentHistoric, readCursor } from './rules.ts';
import type { Waiting } from './waiting.ts';

const DEFAULT_LIMIT = 100;
const DEFAULT_HISTORY_LIMIT = 50;
const EVENT_STREAM = 'text/event-stream';

export function changeRoutes(serve: Serve, feed: Feed, waiting: Waiting): void {
  const { list, history } = endpoints.changes;
  const pages = new EventPages(feed);

  serve(list, async ({ key, query, accept, lastEventId, hangUp, recheck }) => {
    const isStream = wantsEvents(accept);
    const from = isStream && lastEventId ? readCursor('Last-Event-ID', lastEventId) : readCursor('after', query.after);
    const { wait = 0, compact: isCompact = false } = query;
    // Events come by pages too, but the reader does not see them.
    const limit = isStream ? DEFAULT_LIMIT : (query.limit ?? DEFAULT_LIMIT);
    const { clientId, timeZone } = key;
    // Before anything is read: a caller who keeps asking for more places than there are costs next to nothing.
    using place = new DisposableStack();
    if (isStream || wait > 0) place.defer(waiting.enter(key));
    const after = await feed.begin(clientId, from);
    const read = () =>
      // A caller who named no change is not affected by what is pruned during the request.
      from === 'start'
        ? feed.pageOrRest(clientId, after, limit, isCompact)
        : feed.page(clientId, after, limit, isCompact);
    if (isStream) {
      // Read before the answer begins, so that a failure is still a problem with its status.
      const source = { clientId, timeZone, isCompact };
      const first = await readEvents(source, read);
      const stream = new EventStream({ ...source, feed, pages, first, recheck });
      const kept = place.move();
      stream.once('close', () => kept.dispose());
      return { contentType: `${EVENT_STREAM}; charset=utf-8`, headers: eventHeaders, stream };
    }
    const present = (row: ChangeRow) => presentOnce(row, timeZone);
    if (wait === 0) return presentPage(await read(), present);
    const patience = AbortSignal.any([AbortSignal.timeout(wait * 1000), hangUp(), feed.stopping]);
    const page = await feed.waitFor(clientId, read, patience);
    await recheck();
    return presentPage(page, present);
  });

  serve(history, async ({ store, key, params, query }) => {
    const { customerId } = params;
    const before = readBefore(query.cursor, 'change');
    const limit = query.limit ?? DEFAULT_HISTORY_LIMIT;
    return store.read(key.clientId, async (tx) => {
      const [customer, rows, counted] = await Promise.all([
        tx.get(customerById, { customerId }),
        tx.all(historyBefore, { customerId, before, limit: limit + 1 }),
        tx.get(historyCount, { customerId }),
      ]);
      if (customer === undefined && rows.length === 0) throw noSuchCustomer();
      const { shown, nextCursor } = pageOf(rows, limit, ({ number }) => number);
      const changes = shown.map((row) => presentHistoric(row, key.timeZone));
      return JSON.stringify({ changes, nextCursor, count: counted?.count ?? 0, countIsExact: true });
    });
  });
}

/** A proxy should pass events on as they come. */
const eventHeaders = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

const wantsEvents = (accept: string | undefined): boolean =>
  preferredType(accept, ['application/json', EVENT_STREAM]) === EVENT_STREAM;

/** Presents a change once, for all readers that get it in the same turn. */
function presentOnce(row: ChangeRow, timeZone: string): string {
  const known = presented.get(row) ?? presentChange(row, timeZone);
  presented.set(row, known);
  return known;
}
const presented = new WeakMap<ChangeRow, string>();

const presentPage = ({ rows, cursor, hasMore }: FeedPage, present: (row: ChangeRow) => string): string =>
  `{"changes":[${rows.map(present).join(',')}],"cursor":"${cursor}","more":${hasMore}}`;
