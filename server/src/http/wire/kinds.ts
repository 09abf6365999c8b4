/**
 * The kinds of fields that are sent as one text: how long it may be, what it means, and the message when it is wrong.
 * Pure.
 */
import type {
  ChoiceField,
  IntegerField,
  NamesField,
  NumbersField,
  RecordsField,
  SentField,
  TextField,
} from '../../../../sdk/src/contract/field.ts';
import type { ViolationCode } from '../../../../sdk/src/contract/problems.ts';
import { isEmail, MAX_EMAIL_LENGTH } from './email.ts';
import { codePoints, isLongerThan } from './text.ts';
import { MAX_TIME_LENGTH, parseTime } from './time.ts';

export type OneTextField = Exclude<SentField, NamesField | NumbersField | RecordsField>;
type Value = string | number | boolean;
type Fault = readonly [code: ViolationCode, message: string];

interface Kind<F extends OneTextField> {
  /** What the message says a value should have been, if its type is wrong. */
  readonly expected: string;
  /** The value of an empty text; without one the field counts as not sent. */
  readonly empty: Value | undefined;
  /** The most code points; a text that cannot be that short is not examined. */
  readonly most: (field: F) => number;
  /** The value of a text that is trimmed and in NFC; `undefined` if it is wrong. */
  readonly read: (text: string, field: F, timeZone: string) => Value | undefined;
  /** What is wrong with it; called without the text if that is too long. */
  readonly fault: (name: string, field: F, text?: string) => Fault;
}

const PLAIN = 'text without control characters';

const text: Kind<TextField> = {
  expected: PLAIN,
  empty: '',
  most: mostOf,
  read: (clean, { min = 0, max, length }) => {
    if (isShorterThan(clean, min) || (max !== undefined && isLongerThan(clean, max))) return undefined;
    return length !== undefined && codePoints(clean) !== length ? undefined : clean;
  },
  fault: (name, { min = 0, max, length }, clean) => {
    if (length !== undefined)
      return ['length', `The ${name} field must be exactly ${length} character${length === 1 ? '' : 's'}.`];
    return clean !== undefined && isShorterThan(clean, min)
      ? ['min', `The ${name} field must be at least ${min} characters long.`]
      : ['max', `The ${name} field must not be longer than ${max} characters.`];
  },
};

const isShorterThan = (clean: string, min: number): boolean => min > 0 && codePoints(clean) < min;

/** How many code points a field of free text, or a name in a path, holds at most. */
export function mostOf({ max, length }: TextField): number {
  const most = max ?? length;
  if (most === undefined) throw new Error('A text that is sent has a greatest length');
  return most;
}

const email: Kind<OneTextField> = {
  expected: PLAIN,
  empty: '',
  most: () => MAX_EMAIL_LENGTH,
  read: (clean) => (isEmail(clean) ? clean : undefined),
  fault: (name) => ['email', `The ${name} field must be a valid e-mail address, like name@domain.nl.`],
};

const phone: Kind<OneTextField> = {
  expected: `${PLAIN}, or a whole number that is not negative`,
  empty: '',
  most: () => 21,
  read: (clean) => (/^\+?\d{1,20}$/.test(clean) ? clean : undefined),
  fault: (name) => [
    'numeric',
    `The ${name} field must be numeric: an optional + and 1 to 20 digits, no spaces or dashes.`,
  ],
};

const money: Kind<OneTextField> = {
  expected: `${PLAIN}, or a number`,
  empty: 0,
  most: () => 12,
  read: readCents,
  fault: (name) => [
    'decimal',
    `The ${name} field must be a decimal with at most 8 digits, a point and at most 2 decimals, like 25.50.`,
  ],
};

/** Cents, computed without floating point. */
function readCents(clean: string): number | undefined {
  const [, sign, whole, decimals = ''] = /^(-?)(\d{1,8})(?:\.(\d{1,2}))?$/.exec(clean) ?? [];
  if (whole === undefined) return undefined;
  const cents = Number(whole + decimals.padEnd(2, '0'));
  // `-0.00` is zero, and zero has no sign.
  return sign === '-' && cents !== 0 ? -cents : cents;
}

const time: Kind<OneTextField> = {
  expected: PLAIN,
  empty: undefined,
  most: () => MAX_TIME_LENGTH,
  read: (clean, _field, timeZone) => parseTime(clean, timeZone),
  fault: (name) => [
    'date',
    `The ${name} field must be a date or a time, like 2026-04-22 or 2026-04-22T13:10:12+02:00.`,
  ],
};

const WHOLE = /^\d{1,15}$/;

const integer: Kind<IntegerField> = {
  expected: 'a whole number',
  empty: undefined,
  most: () => 15,
  read: (clean, { min = 1, max = Number.MAX_SAFE_INTEGER }) => {
    const number = WHOLE.test(clean) ? Number(clean) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  },
  fault: (name, { min = 1, max }, clean = '') =>
    WHOLE.test(clean) && Number(clean) >= min
      ? ['max', `The ${name} field must not be more than ${max}.`]
      : ['numeric', `The ${name} field must be a whole number, ${min} or more.`],
};

const flag: Kind<OneTextField> = {
  expected: 'true or false',
  empty: undefined,
  most: () => 5,
  read: (clean) => (/^(?:true|false|1|0)$/.test(clean) ? clean === 'true' || clean === '1' : undefined),
  fault: (name) => ['type', `The ${name} field must be true or false.`],
};

const choice: Kind<ChoiceField> = {
  expected: PLAIN,
  empty: undefined,
  most: ({ options }) => Math.max(...options.map((option) => option.length)),
  read: (clean, { options }) => (options.includes(clean) ? clean : undefined),
  fault: (name, { options }) => ['unknown', `The ${name} field must be one of ${options.join(', ')}.`],
};

const kinds = { text, email, phone, money, time, integer, flag, choice };

export const kindOf = (field: OneTextField): Kind<OneTextField> => kinds[field.kind] as Kind<OneTextField>;
