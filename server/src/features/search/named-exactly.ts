/** Customers that a query names exactly: by the whole e-mail address, number, external id or telephone number. */
import { isEmail, keyOfEmail } from '../../http/wire/email.ts';
import { customerWithEmail } from '../customers/queries.ts';
import { joined, type Place } from '../search-index/document.ts';
import { phoneDigits } from '../search-index/phone.ts';
import { atPlace } from './conditions.ts';
import type { Lists } from './index-lists.ts';
import { fewOf } from './members.ts';
import { bareAddress } from './terms.ts';

/** Fewer digits are not a telephone number. */
const SHORTEST_PHONE = 6;

export async function namedBy(lists: Lists, text: string): Promise<Set<number>> {
  const query = text.trim();
  const found = new Set<number>();
  const add = async (place: Place, word: string): Promise<void> => {
    for (const id of fewOf([await lists.read(atPlace(place, [word], true))])) found.add(id);
  };
  if (query.includes('@')) {
    // A program for mail copies it with the name before it.
    const address = isEmail(query) ? query : bareAddress(/<([^<>]+@[^<>]+)>/.exec(query)?.[1] ?? query);
    const customer = await lists.reading.records.get(customerWithEmail, { emailKey: keyOfEmail(address) });
    if (customer !== undefined) found.add(customer.customer_id);
  }
  if (/^[1-9]\d{0,14}$/.test(query)) found.add(Number(query));
  const reference = joined(query);
  if (reference !== '') await add('x', reference);
  const number = /^[+\d\s()./-]+$/.test(query) ? query.replaceAll(/[^\d+]/g, '') : '';
  if (number.length >= SHORTEST_PHONE) await add('p', phoneDigits(number));
  return found;
}
