/** `25.50`, as in the API, is `€ 25,50` in Dutch and `€25.50` in English. */
export const sayMoney = (amount: string, locale: string): string =>
  formatOf(locale).format(amount as Intl.StringNumericLiteral);

/** Making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string): Intl.NumberFormat {
  const known = formats.get(locale);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
  formats.set(locale, made);
  return made;
}

/** What somebody typed, as the service reads it: a comma is a Dutch decimal point. */
export const readMoney = (typed: string): string =>
  typed
    .replace(/[€\s]/g, '')
    .replace(
      /^(-?\d{1,3})((?:\.\d{3})+),(\d{1,2})$/,
      (_, first, rest, cents) => `${first}${rest.replaceAll('.', '')}.${cents}`,
    )
    .replace(/^(-?\d+),(\d{1,2})$/, '$1.$2');

/** As a person would type it, with the decimal separator of the language. */
export const writeMoney = (amount: string, locale: string): string =>
  locale.startsWith('nl') ? amount.replace('.', ',') : amount;
