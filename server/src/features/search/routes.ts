import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { Caller } from '../../auth.ts';
import type { Serve } from '../../endpoint.ts';
import type { Call } from '../../operation.ts';
import { ProblemError, validationProblem } from '../../problem.ts';
import type { Values } from '../../wire/check.ts';
import { clientSecret } from '../clients/queries.ts';
import type { Indexer } from '../search-index/indexer.ts';
import { openCursor } from './cursor.ts';
import { type FindRequest, find, type Unfound, unfoundOf } from './find.ts';
import { MOST_TERMS, parseQuery } from './query.ts';

const { list } = endpoints.customers;
const DEFAULT_LIMIT = 50;

/** So long a search waits for an index that is behind, in all. */
const PATIENCE_MS = 2500;

/** Gives a page of customers, as JSON. */
export type ListCustomers = (call: Pick<Call<typeof list>, 'store' | 'key' | 'query'>) => Promise<string>;

/** Serves the list; gives what others list customers by. */
export function searchRoutes(serve: Serve, indexer: Indexer): ListCustomers {
  const listCustomers: ListCustomers = async ({ store, key, query }) => {
    const { secret = '' } = (await store.read(key.clientId, (tx) => tx.get(clientSecret, {}))) ?? {};
    const request = readRequest(key, query, secret);
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const text = await store.readHeavily(key, find, request);
      const unfound = unfoundOf(text);
      if (unfound === undefined) return text;
      const patience = deadline - performance.now();
      if (patience <= 0) throw isBehind(unfound);
      await indexer.catchUp(key.clientId, patience);
    }
  };
  serve(
    list,
    listCustomers,
    // With other filters broken, nobody can say what the cursor was made for.
    async ({ query }) => tooManyWords(query),
  );
  return listCustomers;
}

function isBehind({ made, of }: Unfound): ProblemError {
  const message =
    made === undefined
      ? 'The search does not know the last changes yet, since very many were made at once. Try again shortly.'
      : `The index of the search is being made: ${made} of ${of} customers are in it. Everything else works.`;
  return new ProblemError('unavailable', { message, headers: { 'retry-after': '5' } });
}

type Query = Values<typeof list.query>;

function readRequest(key: Caller, query: Query, secret: string): FindRequest {
  const { search = '', clienttype = [], city = '', zip = '', changedSince, createdSince, cursor: sent } = query;
  const violations = [...tooManyWords(query)];
  const { hasPhone, creditMin } = query;
  const filters = { clientTypes: clienttype, city, zip, changedSince, hasPhone, creditMin };
  const sort = query.sort ?? (search === '' ? 'name' : 'relevance');
  const binding = JSON.stringify([key.clientId, search, filters, createdSince ?? null, sort, key.nameOrder]);
  const cursor = sent === undefined ? undefined : openCursor(sent, binding, secret);
  if (sent !== undefined && cursor === undefined && violations.length === 0) violations.push(badCursor);
  if (violations.length > 0) throw validationProblem(violations);
  const { timeZone } = key;
  const limit = query.limit ?? DEFAULT_LIMIT;
  return { search, filters, createdSince, sort, limit, cursor, binding, secret, timeZone };
}

function tooManyWords({ search = '' }: Query): Violation[] {
  if (parseQuery(search).length <= MOST_TERMS) return [];
  return [{ field: 'search', code: 'max', message: `The search field must not have more than ${MOST_TERMS} words.` }];
}

const badCursor: Violation = {
  field: 'cursor',
  code: 'unknown',
  message:
    'The cursor field must be the nextCursor of a page of the same filters and order; leave it out to begin at the first page.',
};
