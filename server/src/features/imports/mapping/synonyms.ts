/**
 * The names that people give to the columns of a list of visitors, in Dutch and in English. A test compares the table
 * in docs/imports.md with it. Pure.
 */
import type { customerInput } from '../../../../../sdk/src/contract/customers.ts';

/** What a column may hold: a field of a customer, or a part of one. */
export type Target =
  | keyof typeof customerInput
  | 'customerId'
  | 'customerTags'
  | 'lastChanged'
  /** Parts of `customerAddress` and `customerHouseNr`. */
  | 'street'
  | 'houseNumber'
  | 'houseNumberAddition';

/**
 * Of several columns for one field, the one whose name is listed earlier comes first; of e-mail addresses and telephone
 * numbers the one that is first in the file.
 */
export const synonyms: Readonly<Record<Target, readonly string[]>> = {
  email: [
    'email',
    'e-mail',
    'e-mailadres',
    'e-mail adres',
    'emailaddress',
    'e-mail address',
    'mail',
    'mailadres',
    'primary email',
    'customer email',
    'e-mail value',
    'email privé',
    'email werk',
    'billing email',
    'buyer email',
    'attendee email',
  ],
  customerFirstName: [
    'voornaam',
    'first name',
    'firstname',
    'given name',
    'forename',
    'roepnaam',
    'naam voor',
    'voornamen',
    'prénom',
    'vorname',
    'voorletters',
    'initialen',
    'initials',
    'voorletter',
    'buyer first name',
  ],
  customerLastName: [
    'achternaam',
    'last name',
    'lastname',
    'surname',
    'family name',
    'familienaam',
    'naam achter',
    'geslachtsnaam',
    'nachname',
    'nom',
    'naam',
    'name',
    'buyer last name',
  ],
  customerSalutation: ['aanhef', 'geslacht', 'salutation', 'gender', 'sex', 'm/v', 'aanspreekvorm'],
  customerPreposition: [
    'tussenvoegsel',
    'tussenvoegsels',
    'tussenv',
    'tussen',
    'tv',
    'voorvoegsel',
    'voorvoegsels',
    'preposition',
    'infix',
  ],
  customerAddress: [
    'straat en huisnummer',
    'straat en nummer',
    'straat en huisnr',
    'straat en nr',
    'straat + nr',
    'adresregel 1',
    'adresregel',
    'adres 1',
    'address line 1',
    'address 1',
    'street address',
  ],
  customerHouseNr: [],
  customerZip: [
    'postcode',
    'post code',
    'postal code',
    'zip',
    'zipcode',
    'zip code',
    'zip/postal code',
    'pc',
    'plz',
    'code postal',
  ],
  customerCity: ['plaats', 'plaatsnaam', 'woonplaats', 'stad', 'gemeente', 'city', 'town', 'ort', 'ville', 'locality'],
  customerCountry: ['land', 'landcode', 'country', 'country code', 'pays'],
  customerPhone: [
    'telefoon',
    'telefoonnummer',
    'telefoonnr',
    'tel',
    'telnr',
    'phone',
    'phone number',
    'telephone',
    'mobiel',
    'mobiele telefoon',
    'mobiele nummer',
    'mobielnummer',
    'mobile',
    'mobile phone',
    'mobile phone number',
    'gsm',
    'gsm-nummer',
    '06',
    '06-nummer',
    'cell',
    'telefoon vast',
    'telefoon mobiel',
    'telefoon thuis',
    'telefoon privé',
    'telefoon werk',
  ],
  customerCredit: ['tegoed', 'saldo', 'krediet', 'credit', 'balance', 'store credit'],
  customerExternalId: [
    'klantnr',
    'klantnummer',
    'klant nr',
    'klantid',
    'klantcode',
    'relatienummer',
    'relatienr',
    'relatiecode',
    'debiteurnummer',
    'debiteurnr',
    'bezoekersnummer',
    'lidnummer',
    'external id',
    'customer number',
    'contact id',
  ],
  customerId: [],
  customerTags: [],
  lastChanged: [],
  street: ['straat', 'straatnaam', 'street', 'street name', 'adres', 'address', 'rue', 'strasse'],
  houseNumber: ['huisnummer', 'huisnr', 'nummer', 'nr', 'house number', 'house nr', 'housenumber', 'hnr'],
  houseNumberAddition: [
    'toevoeging',
    'huisnummer toevoeging',
    'huisnummertoevoeging',
    'huisnrtoevoeging',
    'huisnr toevoeging',
    'hnr toevoeging',
    'addition',
    'house number addition',
    'toev',
    'huisletter',
    'bus',
    'busnummer',
    'box',
  ],
};

/** A longer name is not known, and is compared as it stands: to normalise it may take seconds. */
const LONGEST_NAME = 60;

/** A name as it is compared: lower-case letters and digits, without accents, spaces and punctuation. */
export const foldName = (name: string): string =>
  name.length > LONGEST_NAME
    ? name.toLowerCase()
    : name
        .normalize('NFKD')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]/gu, '');

interface Meaning {
  readonly target: Target;
  readonly rank: number;
}

/** Fields of which people have several: their columns are numbered, and the first that is filled counts. */
const several: ReadonlySet<Target> = new Set(['email', 'customerPhone']);
/** Columns of a role come last: beside the names of one person there is no address of another. */
const OF_A_ROLE = 100;
const isOfRole = (name: string): boolean => /^(?:billing|buyer|attendee) /.test(name);

const known = new Map<string, Meaning>();
for (const [target, names] of Object.entries(synonyms) as [Target, readonly string[]][]) {
  for (const [at, name] of names.entries()) {
    const rank = isOfRole(name) ? OF_A_ROLE + at : several.has(target) ? 1 : at;
    if (!known.has(foldName(name))) known.set(foldName(name), { target, rank });
  }
}
// A name of the wire alone comes before all others.
for (const target of Object.keys(synonyms) as Target[])
  if (known.get(foldName(target))?.target !== target) known.set(foldName(target), { target, rank: -1 });

/** What a column with a name holds, and its rank among several: `Telefoon 2` comes after `Telefoon`. */
export function targetOf(name: string): Meaning | undefined {
  const folded = foldName(name);
  const found = known.get(folded);
  if (found !== undefined || !/[123]$/.test(folded)) return found;
  const number = Number(folded.at(-1));
  const numbered = known.get(folded.slice(0, -1));
  if (numbered === undefined || numbered.rank < 0) return undefined;
  if (several.has(numbered.target)) return { ...numbered, rank: Math.max(numbered.rank, number) };
  // The first is as if it had no number; the second is somebody else's name, or another line of an address.
  return number === 1 ? numbered : undefined;
}
