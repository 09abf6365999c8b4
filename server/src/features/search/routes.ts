/** The endpoint that finds and lists customers. */
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { Caller } from '../../http/caller.ts';
import type { Serve } from '../../http/endpoint.ts';
import type { Call } from '../../http/operation.ts';
import { validationProblem } from '../../http/problem.ts';
import type { Values } from '../../http/wire/check.ts';
import { clientSecret } from '../clients/queries.ts';
import { openCursor } from './cursor.ts';
import { tooManyWords, wantedBy } from './filters.ts';
import { type FindRequest, find } from './find-page.ts';
import type { Search } from './searcher.ts';

const { list } = endpoints.customers;
const DEFAULT_LIMIT = 50;

/** Returns a page of customers, as JSON. */
export type ListCustomers = (call: Pick<Call<typeof list>, 'store' | 'key' | 'query'>) => Promise<string>;

/** Serves the list; returns the function by which others list customers. */
export function searchRoutes(serve: Serve, search: Search): ListCustomers {
  const listCustomers: ListCustomers = async ({ store, key, query }) => {
    const isFirst = query.cursor === undefined;
    const row = isFirst ? undefined : await store.read(key.clientId, (tx) => tx.get(clientSecret, {}));
    return search(key, find, readRequest(key, query, row?.secret ?? ''));
  };
  serve(
    list,
    listCustomers,
    // If a filter is invalid, the cursor cannot be checked against the filters.
    async ({ query }) => tooManyWords(query),
  );
  return listCustomers;
}

/** `secret` opens the cursor, if there is one. */
function readRequest(key: Caller, query: Values<typeof list.query>, secret: string): FindRequest {
  const violations = tooManyWords(query);
  const wanted = wantedBy(query);
  const { search, filters, createdSince } = wanted;
  const sort = query.sort ?? (search === '' ? 'name' : 'relevance');
  const binding = JSON.stringify([key.clientId, search, filters, createdSince ?? null, sort, key.nameOrder]);
  const { cursor: sent, limit = DEFAULT_LIMIT } = query;
  const cursor = sent === undefined ? undefined : openCursor(sent, binding, secret);
  if (sent !== undefined && cursor === undefined && violations.length === 0) violations.push(badCursor);
  if (violations.length > 0) throw validationProblem(violations);
  return { ...wanted, sort, limit, cursor, binding, timeZone: key.timeZone };
}

const badCursor: Violation = {
  field: 'cursor',
  code: 'unknown',
  message:
    'The cursor field must be the nextCursor of a page of the same filters and order; ' +
    'leave it out to begin at the first page.',
};
