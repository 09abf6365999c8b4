/** The filters of a list, as they are sent. Pure. */
import type { customerFilters } from '../../../../sdk/src/contract/customers.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { Values } from '../../http/wire/check.ts';
import type { Wanted } from './finder.ts';
import { MOST_TERMS, parseQuery } from './terms.ts';

export type SentFilters = Values<typeof customerFilters>;

export function wantedBy(sent: SentFilters): Pick<Wanted, 'search' | 'filters' | 'createdSince'> {
  const { search = '', clienttype = [], city = '', zip = '', changedSince, createdSince, hasPhone, creditMin } = sent;
  return { search, filters: { clientTypes: clienttype, city, zip, changedSince, hasPhone, creditMin }, createdSince };
}

export function tooManyWords({ search = '' }: Pick<SentFilters, 'search'>): Violation[] {
  if (parseQuery(search).length <= MOST_TERMS) return [];
  return [{ field: 'search', code: 'max', message: `The search field must not have more than ${MOST_TERMS} words.` }];
}
