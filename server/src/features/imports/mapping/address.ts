/** Street, house number and addition from separate columns become one address. Pure. */

export interface AddressParts {
  /** As the file has it: alone, or with the number behind it. */
  readonly street: string;
  readonly number: string;
  readonly addition: string;
}

/** What may stand behind a house number: `12a`, `12 bis`, `1 bus 2`. */
const TAIL = /(?: ?\p{L}{1,3}|,? ?(?:bus|box|bte)\.? ?[\p{L}\d]{1,4})$/iu;
/** The word before the number of a box: `1 bus`. */
const BOX = / ?\b(?:bus|box|bte)\.?$/i;
/** What a customer may have; a longer address is refused anyway. */
const LONGEST = 300;

/**
 * The text before a part that it ends with, whatever the case and the blanks; `undefined` if it does not. `1944` does
 * not end with `4`.
 */
function before(text: string, part: string): string | undefined {
  let at = text.length;
  for (let of = part.length - 1; of >= 0; of -= 1) {
    if (part[of] === ' ') continue;
    while (text[at - 1] === ' ') at -= 1;
    if (text[at - 1]?.toLowerCase() !== part[of]?.toLowerCase()) return undefined;
    at -= 1;
  }
  const kind = [/\d/, /\p{L}/u].find((one) => one.test(part[0] ?? ''));
  return kind?.test(text[at - 1] ?? '') ? undefined : text.slice(0, at).trimEnd();
}

/** Does the text end with this number, with or without something behind it? */
const hasNumber = (text: string, number: string): boolean =>
  before(text, number) !== undefined || before(text.replace(TAIL, ''), number) !== undefined;

/** The number and its addition. */
export const houseNumberOf = ({ number, addition }: Omit<AddressParts, 'street'>): string => {
  if (addition === '' || (number !== '' && number.length <= LONGEST && before(number, addition) !== undefined))
    return number;
  return number === '' ? addition : `${number} ${addition}`;
};

/** The whole address: what the street has behind it already is not put there twice. */
export function addressOf({ street, number, addition }: AddressParts): string {
  const whole = houseNumberOf({ number, addition });
  if (street === '' || whole === '' || street.length > LONGEST) return street;
  const bare = addition === '' ? undefined : before(street, addition);
  if (number === '') return bare === undefined ? `${street} ${whole}` : street;
  if (bare !== undefined && (hasNumber(bare, number) || hasNumber(bare.replace(BOX, ''), number))) return street;
  if (!hasNumber(street, number)) return `${street} ${whole}`;
  return whole === number ? street : `${street} ${addition}`;
}
