/** Customers on the wire: their fields and rules, and the endpoints for one customer and for lists. */
import type { Endpoint } from './endpoint.ts';
import type { Fields, Input, Output } from './field.ts';

/** How many client-types a customer may have. */
export const MAX_CLIENT_TYPES = 250;

/** What a caller may write, in the order in which violations are reported. */
export const customerInput = {
  email: {
    kind: 'email',
    required: true,
    unique: true,
    description:
      'E-mail address: at most 254 characters, at most 64 before the `@`. ' +
      'Kept as typed, compared without regard to case, letter by letter (`ß` is not `ss`); ' +
      'the two spellings of an international domain are one.',
    example: 'sanne.de.vries@voorbeeld.example',
  },
  customerFirstName: {
    kind: 'text',
    required: true,
    max: 255,
    description: 'First name.',
    example: 'Sanne',
  },
  customerLastName: {
    kind: 'text',
    required: true,
    max: 255,
    description: 'Last name, without the preposition.',
    example: 'Vries',
  },
  customerSalutation: { kind: 'text', length: 1, description: 'One character: `M`, `F`, …', example: 'F' },
  customerPreposition: {
    kind: 'text',
    max: 255,
    description: 'The Dutch *tussenvoegsel*: `van`, `de`, `van der`.',
    example: 'de',
  },
  customerAddress: { kind: 'text', max: 255, description: 'Street and house number.', example: 'Melkmarkt 12' },
  customerHouseNr: { kind: 'text', max: 20, description: 'The house number by itself.', example: '12' },
  customerZip: { kind: 'text', max: 10, description: 'Postal code.', example: '8011 MC' },
  customerCity: { kind: 'text', max: 255, description: 'City.', example: 'Zwolle' },
  customerCountry: { kind: 'text', max: 255, description: 'Country.', example: 'NL' },
  customerPhone: {
    kind: 'phone',
    description: 'Telephone number: an optional `+`, then 1 to 20 digits.',
    example: '0200000112',
  },
  customerCredit: {
    kind: 'money',
    description: 'Credit: a decimal of at most 8 digits and at most 2 decimals.',
    example: '25.50',
  },
  customerExternalId: {
    kind: 'text',
    max: 255,
    unique: true,
    description: 'Reference in another system, such as a CRM.',
    example: 'crm-1077',
  },
} as const satisfies Fields;

const customerId = {
  kind: 'integer',
  description: 'Number of the customer, unique within the client; counts up from 1 and is never reused.',
  example: 12,
} as const;

/** What a response shows, in this order. */
export const customerFields = {
  customerId,
  customerExternalId: { ...customerInput.customerExternalId, nullable: true },
  email: customerInput.email,
  customerSalutation: customerInput.customerSalutation,
  customerFirstName: customerInput.customerFirstName,
  customerLastName: customerInput.customerLastName,
  customerPreposition: customerInput.customerPreposition,
  customerAddress: customerInput.customerAddress,
  customerHouseNr: customerInput.customerHouseNr,
  customerZip: customerInput.customerZip,
  customerCity: customerInput.customerCity,
  customerCountry: customerInput.customerCountry,
  customerPhone: customerInput.customerPhone,
  customerCredit: { ...customerInput.customerCredit, description: 'Credit, always with two decimals.' },
  lastChanged: {
    kind: 'time',
    description: "Time of the last change to any field or tag, with the offset of the client's time zone.",
    example: '2026-04-22T13:10:12+02:00',
  },
  customerTags: {
    kind: 'names',
    maxItems: MAX_CLIENT_TYPES,
    maxLength: 255,
    description: 'The client-types of this customer.',
    example: ['friend', 'donor'],
  },
} as const satisfies Fields;

/** A visitor of a client, as the API shows it. */
export type Customer = Output<typeof customerFields>;
export type CustomerInput = Input<typeof customerInput>;

/** An example made of the fields' own examples. */
export const customerExample = Object.fromEntries(
  Object.entries(customerFields).map(([name, field]) => [name, field.example]),
);

export const customerParams = { customerId } as const;
export const customerShape = { kind: 'resource', name: 'Customer', fields: customerFields } as const;

/** A page of a list. */
export interface CustomerPage {
  readonly customers: readonly Customer[];
  /** Where the next page begins; `null` on the last. */
  readonly nextCursor: string | null;
  /** How many customers match in all. */
  readonly count: number;
  /** Up to 10,000 the count is exact; beyond that it may be an estimate. */
  readonly countIsExact: boolean;
}

/** The filters of a list. */
export const customerFilters = {
  search: {
    kind: 'text',
    max: 255,
    description:
      'At most 16 words, each of which must be the start of a word of the customer: ' +
      'of the names, e-mail address, city, postal code, street, house number, ' +
      'telephone number (4 or more digits may be anywhere in it), reference or customer number. ' +
      'Case, accents and variants such as `ij` and `y` do not matter. ' +
      'With fewer than 5 hits, words of 4 letters or more may have one typing error, words of 8 or more two.',
    example: 'de vries zwolle',
  },
  clienttype: {
    kind: 'names',
    maxItems: 20,
    maxLength: 255,
    description: 'Has this client-type; repeat it for customers that have all of them.',
    example: ['friend'],
  },
  city: { kind: 'text', max: 255, description: 'Lives in this city.', example: 'Zwolle' },
  zip: { kind: 'text', max: 10, description: 'Has a postal code that begins with this.', example: '8011' },
  changedSince: {
    kind: 'time',
    description: "Changed at or after this date (midnight in the client's time zone) or time.",
    example: '2026-04-22T13:10:12+02:00',
  },
  createdSince: {
    kind: 'time',
    description: "Created at or after this date (midnight in the client's time zone) or time.",
    example: '2026-04-22',
  },
  hasPhone: { kind: 'flag', description: 'Has a telephone number, or has none.', example: true },
  creditMin: { kind: 'money', isFilter: true, description: 'Has at least this credit.', example: '10.00' },
} as const satisfies Fields;

/** The filters of a list, its order and its pages. */
const customerQuery = {
  ...customerFilters,
  sort: {
    kind: 'choice',
    options: ['relevance', 'name', '-lastChanged', 'customerId'],
    description:
      'The order: `relevance`, the best hit first (the default with `search`); ' +
      "`name`, by last name as in the client's country (the default without); " +
      '`-lastChanged`, the last change first; `customerId`.',
    example: 'name',
  },
  limit: { kind: 'integer', max: 200, description: 'How many customers to return; the default is 50.', example: 50 },
  cursor: {
    kind: 'text',
    // 300 letters of a name, of 4 bytes each, with the rest of a cursor, as base64url: 1,700 characters.
    max: 2000,
    description: 'The `nextCursor` of the previous page, with the same filters and order.',
    example: 'kq1mZr0T7bVw2c9xJfHn4sLdEoYgUiPaQt5RzXvC3NkWyB8hMjG6FS0DlA',
  },
} as const satisfies Fields;

export const customers = {
  list: {
    method: 'GET',
    path: '/customer',
    scope: 'customers:read',
    weight: 5,
    summary: 'Find and list customers',
    description:
      'Returns the customers that match the search and all filters, a page at a time. ' +
      'A page never repeats or skips a customer that did not change, whatever is written meanwhile. ' +
      '`nextCursor` leads to the next page, with the same filters; ' +
      'a page may hold fewer customers than asked for although there is a next one. ' +
      '`count` is exact up to 10,000; beyond that it may be an estimate.',
    query: customerQuery,
    ownRules: true,
    success: {
      status: 200,
      description: 'A page of customers.',
      shape: { kind: 'page', name: 'Customer', member: 'customers', fields: customerFields },
      example: { customers: [customerExample], nextCursor: null, count: 1, countIsExact: true },
    },
    idempotent: true,
  },
  create: {
    method: 'POST',
    path: '/customer',
    scope: 'customers:write',
    summary: 'Create a customer',
    description: 'Creates a customer and returns it; the `Location` header holds its path.',
    body: {
      fields: customerInput,
      example: {
        email: 'sanne.de.vries@voorbeeld.example',
        customerFirstName: 'Sanne',
        customerPreposition: 'de',
        customerLastName: 'Vries',
        customerCity: 'Zwolle',
        customerCredit: '25.50',
      },
    },
    ownRules: true,
    success: {
      status: 201,
      description: 'The customer was created.',
      shape: customerShape,
      etag: true,
      location: '/customer/{customerId}',
      example: customerExample,
    },
    takesIdempotencyKey: true,
    idempotent: false,
  },
  get: {
    method: 'GET',
    path: '/customer/{customerId}',
    scope: 'customers:read',
    summary: 'Get a customer',
    description: 'Returns the customer with this number.',
    params: customerParams,
    success: { status: 200, description: 'The customer.', shape: customerShape, etag: true, example: customerExample },
    idempotent: true,
    problems: ['not-found'],
  },
  update: {
    method: 'PUT',
    path: '/customer/{customerId}',
    scope: 'customers:write',
    summary: 'Update a customer',
    description:
      'Changes only the fields that are sent; an empty value clears an optional field. ' +
      'An update that changes nothing leaves `lastChanged` alone. ' +
      'With `If-Match` it changes only the version that you have read.',
    params: customerParams,
    body: { fields: customerInput, partial: true, example: { customerCity: 'Deventer' } },
    ownRules: true,
    success: {
      status: 200,
      description: 'The customer as it is now.',
      shape: customerShape,
      etag: true,
      example: { ...customerExample, customerCity: 'Deventer' },
    },
    takesIdempotencyKey: true,
    idempotent: true,
    problems: ['not-found', 'precondition-failed'],
  },
  findByEmail: {
    method: 'POST',
    path: '/customer/findByEmail',
    scope: 'customers:read',
    summary: 'Find a customer by e-mail address',
    description: 'Returns the customer with this e-mail address, compared without regard to case.',
    body: {
      fields: {
        email: {
          kind: 'email',
          required: true,
          description: 'The e-mail address to look for.',
          example: 'sanne.de.vries@voorbeeld.example',
        },
      },
      inQuery: true,
      example: { email: 'Sanne.de.Vries@voorbeeld.example' },
    },
    success: { status: 200, description: 'The customer.', shape: customerShape, etag: true, example: customerExample },
    idempotent: true,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
