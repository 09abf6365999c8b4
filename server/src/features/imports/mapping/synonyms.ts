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

/** Of several columns for one field, the one whose name is listed earlier comes first. */
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
    'email 1',
    'primary email',
    'customer email',
    'e-mail value',
    'email2',
    'e-mailadres 2',
    'email privé',
    'email werk',
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
    'prefix',
    'preposition',
    'infix',
  ],
  customerAddress: [
    'straat en huisnummer',
    'straat en nummer',
    'adresregel 1',
    'adresregel',
    'address line 1',
    'address 1',
    'street address',
  ],
  customerHouseNr: [],
  customerZip: ['postcode', 'post code', 'postal code', 'zip', 'zipcode', 'zip code', 'pc', 'plz', 'code postal'],
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
    'mobielnummer',
    'mobile',
    'mobile phone',
    'gsm',
    '06',
    '06-nummer',
    'cell',
    'telefoon 1',
    'telefoon vast',
    'telefoonnummer2',
    'telefoon 2',
    'telefoon mobiel',
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

const known = new Map<string, { target: Target; rank: number }>();
for (const [target, names] of Object.entries(synonyms) as [Target, readonly string[]][]) {
  // The name on the wire comes before all others.
  known.set(foldName(target), { target, rank: -1 });
  for (const [rank, name] of names.entries())
    if (!known.has(foldName(name))) known.set(foldName(name), { target, rank });
}

/** What a column with a name holds, and its rank among several. */
export const targetOf = (name: string): { target: Target; rank: number } | undefined => known.get(foldName(name));
