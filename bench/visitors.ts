/**
 * Invents the visitor with a number, the same one in every process: so the load knows what the database holds without
 * asking it. Pure.
 */
import { clientTypeNames } from '../server/src/features/demo/names.ts';
import { city, firstName, lastName, street } from './names.ts';

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
  /** Indexes into `clientTypeNames`: none for two of three visitors, one to three for the others. */
  readonly clientTypes: readonly number[];
}

/** A pseudo-random 32-bit number for a visitor and one of its traits (Murmur3's finalizer). */
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

const hosts = ['voorbeeld.example', 'post.example', 'mail.example', 'theater.example'];

export function visitor(number: number): Visitor {
  const chance = (trait: number): number => mix(number, trait) / 2 ** 32;
  const first = firstName(chance(2));
  const { name, preposition } = lastName(chance(3), chance(13));
  const houseNr = String(1 + (mix(number, 5) % 180));
  const letters = String.fromCharCode(65 + (mix(number, 14) % 26), 65 + (mix(number, 15) % 26));
  return {
    externalId: mix(number, 6) % 5 < 2 ? `crm-${1000 + number}` : null,
    email: `${mailName(first)}.${mailName(name)}${number}@${hosts[mix(number, 16) % hosts.length]}`,
    salutation: mix(number, 1) % 2 === 0 ? 'F' : 'M',
    firstName: first,
    lastName: name,
    preposition,
    address: `${street(chance(7))} ${houseNr}`,
    houseNr,
    zip: `${1000 + (mix(number, 17) % 8999)} ${letters}`,
    city: city(chance(4)),
    country: 'NL',
    phone: mix(number, 18) % 3 === 0 ? '' : `06${String(mix(number, 19) % 1e8).padStart(8, '0')}`,
    credit: mix(number, 8) % 4 === 0 ? 50 * (mix(number, 9) % 300) : 0,
    clientTypes: clientTypesOf(number),
  };
}

function clientTypesOf(number: number): number[] {
  if (mix(number, 10) % 3 !== 0) return [];
  const start = mix(number, 11) % clientTypeNames.length;
  return Array.from({ length: 1 + (mix(number, 12) % 3) }, (_, index) => (start + index) % clientTypeNames.length);
}
