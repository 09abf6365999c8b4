/** Repairs what spreadsheets do to values. Each repair has a name, and is counted. Pure. */

export const repairs = {
  phonePunctuation: 'blanks and signs were taken out of telephone numbers',
  phoneZero: 'telephone numbers got back their leading zero',
  decimalComma: 'amounts with a decimal comma or a currency sign were understood',
  salutation: 'forms of address were shortened to one character (Dhr. to M, Mevr. to F)',
  address: 'street and house number were put together',
  houseNumberAddition: 'house number and addition were put together',
  preposition: 'prepositions were split from last names',
  guard: 'apostrophes that keep a cell from being a formula were taken off',
  numberAsText: 'signs that keep a number as text in a spreadsheet were taken off (="00123", \'00123)',
  emailMailto: 'addresses were taken out of links (mailto:)',
} as const;

export type Repair = keyof typeof repairs;

/** What was found, and is repaired only on request. */
export const warnings = {
  phoneZero: 'Telephone numbers seem to have lost their leading zero; "restoreZeros" puts it back.',
  preposition: 'Last names seem to begin with a preposition; "splitLastNames" splits it off.',
  notTaken: 'Of several columns for the same field the first that is filled is taken; what else they hold is not.',
  customerId:
    'Numbers of customers are not used, since the column "lastChanged" of an export is not there; ' +
    '"match=customerId" uses them.',
  emptied: 'Cells of an export were emptied, and the fields stay as they are; "empty=clear" empties them.',
  unnamedColumn: 'Cells are filled in columns without a name, and are not read; give those columns a name.',
  credit: 'Amounts cannot be read.',
} as const;

export type Warning = keyof typeof warnings;

/** Called with what was done. */
export type Note = (repair: Repair) => void;

/** A longer cell is left to the rules, which refuse it: to search it through may take seconds. */
export const isTooLong = (cell: string): boolean => cell.length > 300;

const SIGNS = /[\s().\-–—/\u00a0'"]/g;

/** Behind the code of a country a zero in brackets is not dialled: `+31 (0)6`, but `(0)6`. */
const isCountryCode = (text: string): boolean => /^(?:(?:\+|00)\d{1,3}|[1-9]\d{0,2})$/.test(text.replaceAll(SIGNS, ''));

export function repairPhone(text: string, note: Note, restoreZeros: boolean): string {
  if (isTooLong(text)) return text;
  let phone = text.trim();
  if (phone === '' || /^\+?\d+$/.test(phone)) return zeroed(phone, note, restoreZeros);
  const plain = phone
    .replace(/^='?"?|^'/, '')
    .replace(/\(0\)/, (zero, at: number, all: string) => (isCountryCode(all.slice(0, at)) ? '' : zero))
    .replaceAll(SIGNS, '');
  // Letters, a negative number, and two numbers in one are left to the rule. ITU-T E.164: at most 15 digits.
  if (!/^\+?\d{1,15}$/.test(plain) || /^-\d+$/.test(phone)) return phone;
  if (plain !== phone) note('phonePunctuation');
  phone = plain;
  return zeroed(phone, note, restoreZeros);
}

function zeroed(phone: string, note: Note, restoreZeros: boolean): string {
  if (!restoreZeros || !hasLostZero(phone)) return phone;
  note('phoneZero');
  return `0${phone}`;
}

/**
 * Nine digits without a leading zero are a Dutch telephone number that was a number in a spreadsheet; Belgian ones have
 * eight or nine.
 */
export const hasLostZero = (phone: string): boolean => /^[1-9]\d{7,8}$/.test(phone);

/** `€ 1.234,50` is 1234.50; an ambiguous amount is left to the rule. */
export function repairMoney(text: string, note: Note): string {
  if (isTooLong(text)) return text;
  const bare = text
    .trim()
    .replace(/^€\s*|^EUR\s*|\s*€$|\s*EUR$/i, '')
    .replaceAll(/[\s\u00a0]/g, '');
  const [, sign, whole, decimals] = /^(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}|-))$/.exec(bare) ?? [];
  const money =
    whole === undefined ? bare : `${sign}${whole.replaceAll('.', '')}${decimals === '-' ? '' : `.${decimals}`}`;
  if (money === text.trim() || !/^-?\d+(?:\.\d{1,2})?$/.test(money)) return text;
  note('decimalComma');
  return money;
}

const salutations: Readonly<Record<string, string>> = {
  dhr: 'M',
  deheer: 'M',
  heer: 'M',
  meneer: 'M',
  mijnheer: 'M',
  man: 'M',
  mr: 'M',
  male: 'M',
  mannelijk: 'M',
  mevr: 'F',
  mevrouw: 'F',
  mw: 'F',
  vrouw: 'F',
  vrouwelijk: 'F',
  mrs: 'F',
  ms: 'F',
  female: 'F',
};

export function repairSalutation(text: string, note: Note): string {
  if ([...text.trim()].length < 2) return text;
  const short = salutations[text.toLowerCase().replaceAll(/[^a-z]/g, '')];
  if (short === undefined) return text;
  note('salutation');
  return short;
}

const PREPOSITIONS =
  "van de[rnl]?|van 't|van|von der|von|vanden|vander|de la|de|den|der|du|di|da|in 't|in de|in|op de[rn]?|op 't|op|" +
  "aan de[nr]?|aan 't|bij de|onder de|over de|ter|ten|te|uit de[n]?|uit 't|'t|'s|le|la|el|al";
const PREPOSITION = new RegExp(`^((?:${PREPOSITIONS})\\.?) (?=\\S)`, 'iu');

/** `van der` from `van der Berg`; `undefined` for `Berg`. */
export const prepositionOf = (lastName: string): string | undefined => PREPOSITION.exec(lastName.trim())?.[1];

/** `="00123"` and `'00123` are what people write so that a spreadsheet keeps the zeros. */
export function repairNumberAsText(text: string, note: Note): string {
  if (isTooLong(text)) return text;
  const [, formula, quoted] = /^(?:="([+\d][^"]*)"|'(\d.*))$/.exec(text) ?? [];
  const number = formula ?? quoted;
  if (number === undefined) return text;
  note('numberAsText');
  return number;
}

/** Removes the apostrophe that an export for Excel puts before what would be a formula. */
export function unguard(text: string, note: Note): string {
  if (!/^'+[=+\-@\t\r]/.test(text)) return text;
  note('guard');
  return text.slice(1);
}
