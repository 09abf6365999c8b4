/**
 * Invents the visitor of a number, the same one in every process: so the load knows what the database holds without
 * asking it. Pure.
 */
import { clientTypeNames, firstNames, lastNames, places } from '../server/src/features/demo/names.ts';

export interface Visitor {
  readonly externalId: string | null;
  readonly email: string;
  readonly salutation: 'F' | 'M';
  readonly firstName: string;
  readonly lastName: string;
  readonly preposition: string;
  readonly address: string;
  readonly houseNr: string;
  readonly zip: string;
  readonly city: string;
  readonly country: string;
  readonly phone: string;
  /** In cents. */
  readonly credit: number;
  /** Places in `clientTypeNames`: none for two of three visitors, one to three for the others. */
  readonly clientTypes: readonly number[];
}

/** A number of 32 bits that looks like chance, for a visitor and one of its traits (Murmur3's finalizer). */
function mix(number: number, trait: number): number {
  let bits = Math.imul(number, 0x9e3779b1) ^ Math.imul(trait, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const mailName = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z-]/g, '')
    .slice(0, 20);

const withMailName = (name: string) => ({ name, mail: mailName(name) });
const first = { F: firstNames.F.map(withMailName), M: firstNames.M.map(withMailName) };
const last = lastNames.map(([preposition, name]) => ({ preposition, ...withMailName(name) }));

export function visitor(number: number): Visitor {
  const pick = <T>(list: readonly T[], trait: number): T => list[mix(number, trait) % list.length] as T;
  const salutation = pick(['F', 'M'] as const, 1);
  const { name: firstName, mail: firstMail } = pick(first[salutation], 2);
  const { name: lastName, mail: lastMail, preposition } = pick(last, 3);
  const [city, country, zip, streets] = pick(places, 4);
  const houseNr = String(1 + (mix(number, 5) % 180));
  return {
    externalId: mix(number, 6) % 5 < 2 ? `crm-${1000 + number}` : null,
    email: `${firstMail}.${lastMail}${number}@voorbeeld.example`,
    salutation,
    firstName,
    lastName,
    preposition,
    address: `${pick(streets, 7)} ${houseNr}`,
    houseNr,
    zip: country === 'NL' ? `${zip} XA` : zip,
    city,
    country,
    phone: `000${String(number).padStart(7, '0')}`,
    credit: mix(number, 8) % 4 === 0 ? 50 * (mix(number, 9) % 300) : 0,
    clientTypes: clientTypesOf(number),
  };
}

function clientTypesOf(number: number): number[] {
  if (mix(number, 10) % 3 !== 0) return [];
  const start = mix(number, 11) % clientTypeNames.length;
  return Array.from({ length: 1 + (mix(number, 12) % 3) }, (_, index) => (start + index) % clientTypeNames.length);
}
