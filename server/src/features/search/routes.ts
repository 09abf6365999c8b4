import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { Caller } from '../../auth.ts';
import type { Serve } from '../../endpoint.ts';
import type { Call } from '../../operation.ts';
import { ProblemError, validationProblem } from '../../problem.ts';
import type { Values } from '../../wire/check.ts';
import { fillState } from '../search-index/queries.ts';
import { bindingOf, decodeCursor } from './cursor.ts';
import { type FindRequest, find, orderOf } from './find.ts';
import { MOST_TERMS, parseQuery } from './query.ts';

const { list } = endpoints.customers;
const DEFAULT_LIMIT = 50;

/** Gives a page of customers, as JSON. */
export type ListCustomers = (call: Pick<Call<typeof list>, 'store' | 'key' | 'query'>) => Promise<string>;

/** Serves the list; gives what others list customers by. */
export function searchRoutes(serve: Serve): ListCustomers {
  const listCustomers: ListCustomers = async ({ store, key, query }) => {
    const request = readRequest(key, query);
    const state = await store.read(key.clientId, (tx) => tx.get(fillState, {}));
    if (state?.isFilled !== 1) throw stillFilling();
    return store.readHeavily(key.clientId, find, request);
  };
  serve(
    list,
    listCustomers,
    // With other filters broken, nobody can say what the cursor was made for.
    async ({ query }) => tooManyWords(query),
  );
  return listCustomers;
}

const stillFilling = () =>
  new ProblemError('unavailable', {
    message:
      'The index of the search is being made; the log of the service tells how far it is. Everything else works.',
    headers: { 'retry-after': '5' },
  });

type Query = Values<typeof list.query>;

function readRequest(key: Caller, query: Query): FindRequest {
  const { search = '', clienttype = [], city = '', zip = '', changedSince, createdSince, cursor: sent } = query;
  const violations = [...tooManyWords(query)];
  const { hasPhone, creditMin } = query;
  const filters = { clientTypes: clienttype, city, zip, changedSince, hasPhone, creditMin };
  const sort = query.sort ?? (search === '' ? 'name' : 'relevance');
  const binding = bindingOf({ search, filters, createdSince, sort, nameOrder: key.nameOrder });
  const { members } = orderOf(sort, key.nameOrder);
  const cursor = sent === undefined ? undefined : decodeCursor(sent, binding, members);
  if (sent !== undefined && cursor === undefined && violations.length === 0) violations.push(badCursor);
  if (violations.length > 0) throw validationProblem(violations);
  const { timeZone, nameOrder } = key;
  const limit = query.limit ?? DEFAULT_LIMIT;
  return { search, filters, createdSince, sort, nameOrder, limit, cursor, binding, timeZone };
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
