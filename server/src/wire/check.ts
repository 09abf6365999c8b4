/**
 * Checks a body against the fields of its endpoint: normalised values for those that are good, a violation for each
 * that is not. Pure.
 */
import type {
  ChoiceField,
  Field,
  Fields,
  FlagField,
  IntegerField,
  MoneyField,
  NamesField,
  SentField,
  TextField,
  TimeField,
} from '../../../sdk/src/contract/field.ts';
import type { Violation, ViolationCode } from '../../../sdk/src/contract/problems.ts';
import { isEmail } from './email.ts';
import { cleanText, codePoints, isLongerThan } from './text.ts';
import { parseTime } from './time.ts';

/** A JSON number, with the digits as they were sent. */
export class SentNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/**
 * The values of a body by field, normalised; what was not sent is not there. Text as sent, trimmed, in NFC; an
 * empty one is `""`. Money in cents. Times in milliseconds since 1970. Names as a list, in the order sent.
 */
export type Values<F extends Fields = Fields> = {
  readonly [N in keyof F]?: F[N] extends NamesField
    ? readonly string[]
    : F[N] extends MoneyField | IntegerField | TimeField
      ? number
      : F[N] extends FlagField
        ? boolean
        : F[N] extends { options: readonly (infer O)[] }
          ? O
          : string;
};

export interface Checked<F extends Fields = Fields> {
  readonly values: Values<F>;
  readonly violations: readonly Violation[];
}

type Checkable = string | number | boolean | readonly string[];
/** Without a value there is nothing to write: the field is as if it had not been sent. */
type Result = { readonly value: Checkable | undefined } | { readonly violations: readonly Violation[] };

const accept = (value: Checkable | undefined): Result => ({ value });
const refuse = (field: string, code: ViolationCode, message: string): Result => ({
  violations: [{ field, code, message }],
});

/**
 * Checks the fields of a body; with `partial` those that are required may be left out, but not emptied. A time without an offset is
 * one of the time zone.
 */
export function checkBody<F extends Fields>(fields: F, body: object, partial: boolean, timeZone: string): Checked<F> {
  const values: Record<string, Checkable> = {};
  const violations: Violation[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const sent: unknown = Object.hasOwn(body, name) ? body[name as keyof typeof body] : undefined;
    if (sent === undefined && (partial || field.required !== true)) continue;
    const result = checkField(name, field, sent ?? '', timeZone);
    if ('violations' in result) violations.push(...result.violations);
    else if (result.value !== undefined) values[name] = result.value;
  }
  return { values: values as Values<F>, violations };
}

/** A violation for each required field that was not sent. */
export function missing<F extends Fields>(fields: F, values: Values<F>, violations: readonly Violation[]): Violation[] {
  const isThere = (name: string) => Object.hasOwn(values, name) || violations.some(({ field }) => field === name);
  return Object.entries(fields)
    .filter(([name, field]) => field.required === true && !isThere(name))
    .map(([name]) => required(name));
}

const required = (name: string): Violation => ({
  field: name,
  code: 'required',
  message: `The ${name} field is required.`,
});

function checkField(name: string, field: Field, sent: unknown, timeZone: string): Result {
  if (field.kind === 'record' || field.kind === 'records' || field.kind === 'changed')
    throw new Error(`The ${name} field cannot be sent`);
  if (field.kind === 'names') return checkNames(name, field, sent);
  const text = textOf(field, sent);
  const clean = text === undefined ? undefined : cleanText(text);
  if (clean === undefined) return refuse(name, 'type', `The ${name} field must be ${expected[field.kind]}.`);
  if (clean === '') return empty(name, field);
  switch (field.kind) {
    case 'text':
      return checkText(name, field, clean);
    case 'email':
      return isEmail(clean)
        ? accept(clean)
        : refuse(name, 'email', `The ${name} field must be a valid e-mail address, like name@domain.nl.`);
    case 'phone':
      return /^\+?\d{1,20}$/.test(clean)
        ? accept(clean)
        : refuse(
            name,
            'numeric',
            `The ${name} field must be numeric: an optional + and 1 to 20 digits, no spaces or dashes.`,
          );
    case 'money':
      return checkMoney(name, clean);
    case 'time':
      return checkTime(name, clean, timeZone);
    case 'integer':
      return checkInteger(name, field, clean);
    case 'flag':
      return /^(?:true|false|1|0)$/.test(clean)
        ? accept(clean === 'true' || clean === '1')
        : refuse(name, 'type', `The ${name} field must be ${expected.flag}.`);
    case 'choice':
      return checkChoice(name, field, clean);
  }
}

const expected: Readonly<Record<Exclude<SentField['kind'], 'names'>, string>> = {
  text: 'text without control characters',
  email: 'text without control characters',
  phone: 'text without control characters, or a whole number that is not negative',
  money: 'text without control characters, or a number',
  time: 'text without control characters',
  integer: 'a whole number',
  flag: 'true or false',
  choice: 'text without control characters',
};

/** The text of a value, when its type is one that the field takes. */
function textOf(field: SentField, sent: unknown): string | undefined {
  if (typeof sent === 'string') return sent;
  if (typeof sent === 'boolean' && field.kind === 'flag') return String(sent);
  if (!(sent instanceof SentNumber)) return undefined;
  if (field.kind === 'money' || field.kind === 'integer') return sent.source;
  // Neither negative nor a fraction; `1e5` is left to the rule, which knows digits only.
  return field.kind === 'phone' && !/[-.]/.test(sent.source) ? sent.source : undefined;
}

function empty(name: string, field: SentField): Result {
  if (field.required === true) return { violations: [required(name)] };
  if (field.kind === 'money') return accept(0);
  return accept(hasEmptyText.has(field.kind) ? '' : undefined);
}

/** Those whose empty value is a value too; the others have none. */
const hasEmptyText: ReadonlySet<SentField['kind']> = new Set(['text', 'email', 'phone']);

function checkTime(name: string, text: string, timeZone: string): Result {
  const time = parseTime(text, timeZone);
  if (time !== undefined) return accept(time);
  const message = `The ${name} field must be a date or a time, like 2026-04-22 or 2026-04-22T13:10:12+02:00.`;
  return refuse(name, 'date', message);
}

function checkInteger(name: string, { min = 1, max }: IntegerField, text: string): Result {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min)) return refuse(name, 'numeric', `The ${name} field must be a whole number, ${min} or more.`);
  if (max !== undefined && number > max) return refuse(name, 'max', `The ${name} field must not be more than ${max}.`);
  return accept(number);
}

function checkChoice(name: string, { options }: ChoiceField, text: string): Result {
  if (options.includes(text)) return accept(text);
  return refuse(name, 'unknown', `The ${name} field must be one of ${options.join(', ')}.`);
}

function checkText(name: string, field: TextField, text: string): Result {
  const { min, max, length } = field;
  if (min !== undefined && codePoints(text) < min)
    return refuse(name, 'min', `The ${name} field must be at least ${min} characters long.`);
  if (max !== undefined && isLongerThan(text, max))
    return refuse(name, 'max', `The ${name} field must not be longer than ${max} characters.`);
  if (length !== undefined && codePoints(text) !== length)
    return refuse(name, 'length', `The ${name} field must be exactly ${length} character${length === 1 ? '' : 's'}.`);
  return accept(text);
}

/** Cents, without passing through a fraction. */
function checkMoney(name: string, text: string): Result {
  const [, sign, whole, decimals = ''] = /^(-?)(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  if (whole === undefined)
    return refuse(
      name,
      'decimal',
      `The ${name} field must be a decimal with at most 8 digits, a point and at most 2 decimals, like 25.50.`,
    );
  const cents = Number(whole + decimals.padEnd(2, '0'));
  // `-0.00` is zero, and zero has no sign.
  return accept(sign === '-' && cents !== 0 ? -cents : cents);
}

function checkNames(name: string, field: NamesField, sent: unknown): Result {
  if (sent === '') return refuse(name, 'required', `The ${name} field is required; send [] to remove all.`);
  if (!Array.isArray(sent)) return refuse(name, 'array', `The ${name} field must be an array of texts.`);
  if (sent.length > field.maxItems)
    return refuse(name, 'max', `The ${name} field must not have more than ${field.maxItems} items.`);
  const violations: Violation[] = [];
  const names: string[] = [];
  for (const [index, item] of sent.entries()) {
    const result = checkName(`${name}.${index}`, field, item);
    if ('violations' in result) violations.push(...result.violations);
    else names.push(result.name);
  }
  return violations.length > 0 ? { violations } : accept(names);
}

function checkName(name: string, field: NamesField, item: unknown): { name: string } | { violations: Violation[] } {
  const wrong = (code: ViolationCode, message: string) => ({ violations: [{ field: name, code, message }] });
  const clean = typeof item === 'string' ? cleanText(item) : item === null ? '' : undefined;
  if (clean === undefined) return wrong('type', `The ${name} item must be text without control characters.`);
  if (clean === '') return wrong('required', `The ${name} item must not be empty.`);
  if (isLongerThan(clean, field.maxLength))
    return wrong('max', `The ${name} item must not be longer than ${field.maxLength} characters.`);
  return { name: clean };
}
