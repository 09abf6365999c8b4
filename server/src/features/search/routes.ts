import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ApiKey } from '../../auth.ts';
import type { Serve } from '../../endpoint.ts';
import { ProblemError, validationProblem } from '../../problem.ts';
import type { Values } from '../../wire/check.ts';
import { parseTime } from '../../wire/time.ts';
import { fillState } from '../search-index/queries.ts';
import { bindingOf, decodeCursor } from './cursor.ts';
import { type FindRequest, find, orderOf } from './find.ts';
import { MOST_TERMS, parseQuery } from './query.ts';

const { list } = endpoints.customers;
const DEFAULT_LIMIT = 50;

export function searchRoutes(serve: Serve): void {
  serve(list, async ({ store, key, query, violations }) => {
    const request = readRequest(key, query, violations);
    const state = await store.read(key.clientId, (tx) => tx.get(fillState, {}));
    if (state?.isFilled !== 1) throw stillFilling();
    return store.readHeavily(key.clientId, find, request);
  });
}

const stillFilling = () =>
  new ProblemError('unavailable', {
    message:
      'The index of the search is being made; the log of the service tells how far it is. Everything else works.',
    headers: { 'retry-after': '5' },
  });

function readRequest(key: ApiKey, query: Values<typeof list.query>, broken: readonly Violation[]): FindRequest {
  const { search = '', clienttype = [], city = '', zip = '', hasPhone, creditMin, cursor: sent } = query;
  const violations = [...broken];
  const timeOf = (field: 'changedSince' | 'createdSince'): number | undefined => {
    const text = query[field];
    const time = text === undefined ? undefined : parseTime(text, key.timeZone);
    if (text !== undefined && time === undefined) violations.push(noTime(field));
    return time;
  };
  if (parseQuery(search).length > MOST_TERMS) violations.push(tooManyWords);
  const filters = { clientTypes: clienttype, city, zip, changedSince: timeOf('changedSince'), hasPhone, creditMin };
  const createdSince = timeOf('createdSince');
  const sort = query.sort ?? (search === '' ? 'name' : 'relevance');
  const binding = bindingOf({ search, filters, createdSince, sort, nameOrder: key.nameOrder });
  const { members } = orderOf(sort, key.nameOrder);
  const cursor = sent === undefined ? undefined : decodeCursor(sent, binding, members);
  // With other filters broken, nobody can say what the cursor was made for.
  if (sent !== undefined && cursor === undefined && violations.length === 0) violations.push(badCursor);
  if (violations.length > 0) throw validationProblem(violations.sort((a, b) => at(a) - at(b)));
  const { timeZone, nameOrder } = key;
  const limit = query.limit ?? DEFAULT_LIMIT;
  return { search, filters, createdSince, sort, nameOrder, limit, cursor, binding, timeZone };
}

const at = ({ field }: Violation): number => Object.keys(list.query).indexOf(field.split('.', 1)[0] ?? '');

const noTime = (field: string): Violation => ({
  field,
  code: 'date',
  message: `The ${field} field must be a date or a time, like 2026-04-22 or 2026-04-22T13:10:12+02:00.`,
});

const tooManyWords: Violation = {
  field: 'search',
  code: 'max',
  message: `The search field must not have more than ${MOST_TERMS} words.`,
};

const badCursor: Violation = {
  field: 'cursor',
  code: 'unknown',
  message:
    'The cursor field must be the nextCursor of a page of the same filters and order; leave it out to begin at the first page.',
};
