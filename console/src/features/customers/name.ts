import type { Customer } from '@foyer/sdk';

type Named = Pick<Customer, 'customerFirstName' | 'customerPreposition' | 'customerLastName'>;

const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** `Jan van den Berg` */
export const fullName = ({ customerFirstName, customerPreposition, customerLastName }: Named): string =>
  join(customerFirstName, customerPreposition, customerLastName);

/** As the country sorts it in a list: `Berg, Jan van den` in the Netherlands, `van den Berg, Jan` in Belgium. */
export const listName = (
  { customerFirstName, customerPreposition, customerLastName }: Named,
  nameOrder: 'nl' | 'be',
): string =>
  nameOrder === 'be'
    ? `${join(customerPreposition, customerLastName)}, ${customerFirstName}`
    : `${customerLastName}, ${join(customerFirstName, customerPreposition)}`;
