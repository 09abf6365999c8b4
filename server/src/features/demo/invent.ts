/** Invents visitors, the same ones every time. Pure. */

import type { CustomerValues } from '../customers/rules.ts';
import { clientTypeNames, firstNames, lastNames, places } from './names.ts';

export interface Invented {
  readonly values: CustomerValues;
  readonly clientTypes: readonly string[];
}

const SEED = 20_260_422;

/** Mulberry32, a generator of 32 bits by Tommy Ettinger: numbers from 0 to 1 that are the same on every machine. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Customers with addresses that cannot exist: `.example` domains, and numbers that are never assigned. */
export function inventCustomers(count: number): Invented[] {
  const random = generator(SEED);
  return Array.from({ length: count }, (_, index) => inventOne(index + 1, random));
}

function inventOne(number: number, random: () => number): Invented {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (share: number): boolean => random() < share;

  const salutation = chance(0.5) ? 'F' : 'M';
  const first = pick(firstNames[salutation]);
  const [preposition, last] = pick(lastNames);
  const [city, country, zip, streets] = pick(places);
  const houseNr = `${1 + Math.floor(random() * 180)}${chance(0.15) ? pick(['a', 'b', '-2', ' hs']) : ''}`;
  const street = pick(streets);
  const letters = `${pick([...'ABCDEGHJKLMNPRSTVWXZ'])}${pick([...'ABCDEGHJKLMNPRSTVWXZ'])}`;
  return {
    values: {
      email: `${mailName(first)}.${mailName(last)}${number}@${chance(0.3) ? 'theater' : 'voorbeeld'}.example`,
      customerFirstName: first,
      customerLastName: last,
      customerPreposition: preposition,
      customerSalutation: chance(0.9) ? salutation : '',
      customerAddress: chance(0.93) ? `${street} ${houseNr}` : street,
      customerHouseNr: chance(0.8) ? houseNr : '',
      customerZip: country === 'NL' ? `${zip} ${letters}` : zip,
      customerCity: city,
      customerCountry: country,
      customerPhone: chance(0.7) ? phoneNumber(country, number, chance(0.4)) : '',
      customerCredit: chance(0.25) ? 50 * Math.floor(random() * 300) : 0,
      ...(chance(0.4) ? { customerExternalId: `crm-${1000 + number}` } : {}),
    },
    clientTypes: chance(0.35) ? [...new Set([pick(clientTypeNames), pick(clientTypeNames)])] : [],
  };
}

/** No subscriber's number begins with two zeros after the area code. */
function phoneNumber(country: string, number: number, isInternational: boolean): string {
  const subscriber = String(number).padStart(5, '0');
  if (country === 'NL') return isInternational ? `+312000${subscriber}` : `02000${subscriber}`;
  return isInternational ? `+32900${subscriber}` : `0900${subscriber}`;
}

const mailName = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll('ı', 'i')
    .replaceAll(/[^a-z-]/g, '')
    .slice(0, 20);
