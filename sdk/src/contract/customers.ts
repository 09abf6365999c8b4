import type { Endpoint } from './endpoint.ts';
import type { Fields, Input, Output } from './field.ts';

/** What a caller may write, in the order in which violations are reported. */
export const customerInput = {
  email: {
    kind: 'email',
    required: true,
    unique: true,
    description:
      'E-mail address: at most 254 characters, at most 64 before the `@`. Kept as typed, compared without regard to case.',
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
    maxItems: 250,
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
const resource = { kind: 'resource', name: 'Customer', fields: customerFields } as const;

export const customers = {
  create: {
    method: 'POST',
    path: '/customer',
    scope: 'customers:write',
    summary: 'Create a customer',
    description: 'Makes a customer and answers with the resource; the `Location` header holds its path.',
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
    success: {
      status: 201,
      description: 'The customer was made.',
      shape: resource,
      location: '/customer/{customerId}',
      example: customerExample,
    },
    idempotent: false,
  },
  get: {
    method: 'GET',
    path: '/customer/{customerId}',
    scope: 'customers:read',
    summary: 'Get a customer',
    description: 'Answers with the customer that has this number.',
    params: customerParams,
    success: { status: 200, description: 'The customer.', shape: resource, example: customerExample },
    idempotent: true,
    problems: ['not-found'],
  },
  update: {
    method: 'PUT',
    path: '/customer/{customerId}',
    scope: 'customers:write',
    summary: 'Update a customer',
    description:
      'Changes only the fields that are sent; an empty value clears an optional field. An update that changes nothing leaves `lastChanged` alone.',
    params: customerParams,
    body: { fields: customerInput, partial: true, example: { customerCity: 'Deventer' } },
    success: {
      status: 200,
      description: 'The customer as it now stands.',
      shape: resource,
      example: { ...customerExample, customerCity: 'Deventer' },
    },
    idempotent: true,
    problems: ['not-found'],
  },
  findByEmail: {
    method: 'POST',
    path: '/customer/findByEmail',
    scope: 'customers:read',
    summary: 'Find a customer by e-mail address',
    description: 'Answers with the customer that has this e-mail address, compared without regard to case.',
    body: {
      fields: {
        email: {
          kind: 'email',
          required: true,
          description: 'The e-mail address to look for.',
          example: 'sanne.de.vries@voorbeeld.example',
        },
      },
      example: { email: 'Sanne.de.Vries@voorbeeld.example' },
    },
    success: { status: 200, description: 'The customer.', shape: resource, example: customerExample },
    idempotent: true,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
