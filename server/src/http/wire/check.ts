/**
 * Checks a body against the fields of its endpoint: normalised values for valid fields, a violation for each
 * invalid one. Pure.
 */
import type {
  Field,
  Fields,
  FlagField,
  IntegerField,
  MoneyField,
  NamesField,
  NumbersField,
  RecordsField,
  TimeField,
} from '../../../../sdk/src/contract/field.ts';
import type { Violation, ViolationCode } from '../../../../sdk/src/contract/problems.ts';
import { kindOf, type OneTextField } from './kinds.ts';
import { checkRecords } from './lists.ts';
import { SentNumber } from './sent-number.ts';
import { cannotFit, cleanText, isLongerThan } from './text.ts';

/**
 * The values of a body by field, normalised; fields that were not sent are absent. Text as sent, trimmed, in NFC; an
 * empty one is `""`. Money in cents. Times in milliseconds since 1970. Lists in the order sent; records unchanged.
 */
export type Values<F extends Fields = Fields> = {
  readonly [N in keyof F]?: F[N] extends NamesField
    ? readonly string[]
    : F[N] extends NumbersField
      ? readonly number[]
      : F[N] extends RecordsField
        ? readonly unknown[]
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

type Checkable = string | number | boolean | readonly unknown[];
/** Without a value the field is as if it had not been sent. */
type Result = { readonly value: Checkable | undefined } | { readonly violations: readonly Violation[] };

const accept = (value: Checkable | undefined): Result => ({ value });
const refuse = (field: string, code: ViolationCode, message: string): Result => ({
  violations: [{ field, code, message }],
});

/**
 * Checks the fields of a body; with `partial`, required fields may be left out, but not emptied. A time without an
 * offset is read in the time zone.
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
  if (field.kind === 'record' || field.kind === 'changed' || field.kind === 'violations')
    throw new Error(`The ${name} field cannot be sent`);
  if (field.kind === 'names') return checkNames(name, field, sent);
  if (field.kind === 'numbers') return checkNumbers(name, field, sent);
  if (field.kind === 'records') return checkRecords(name, field, sent);
  const kind = kindOf(field);
  const text = textOf(field, sent);
  if (text !== undefined && cannotFit(text, kind.most(field))) return refuse(name, ...kind.fault(name, field));
  const clean = text === undefined ? undefined : cleanText(text);
  if (clean === undefined) return refuse(name, 'type', `The ${name} field must be ${kind.expected}.`);
  if (clean === '') return field.required === true ? { violations: [required(name)] } : accept(emptyOf(field));
  const value = kind.read(clean, field, timeZone);
  return value === undefined ? refuse(name, ...kind.fault(name, field, clean)) : accept(value);
}

function emptyOf(field: OneTextField): Checkable | undefined {
  if (field.kind === 'money' && field.isFilter === true) return undefined;
  return field.kind === 'choice' && field.isClearable === true ? '' : kindOf(field).empty;
}

/** The text of a value, if its type is one that the field accepts. */
function textOf(field: OneTextField, sent: unknown): string | undefined {
  if (typeof sent === 'string') return sent;
  if (typeof sent === 'boolean' && field.kind === 'flag') return String(sent);
  if (!(sent instanceof SentNumber)) return undefined;
  if (field.kind === 'money' || field.kind === 'integer') return sent.source;
  // Neither negative nor a fraction; `1e5` is left to the rule, which accepts digits only.
  return field.kind === 'phone' && !/[-.]/.test(sent.source) ? sent.source : undefined;
}

function checkNames(name: string, field: NamesField, sent: unknown): Result {
  if (sent === '') return refuse(name, 'required', `The ${name} field is required; an empty list is [].`);
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
  const tooLong = () => wrong('max', `The ${name} item must not be longer than ${field.maxLength} characters.`);
  if (typeof item === 'string' && cannotFit(item, field.maxLength)) return tooLong();
  const clean = typeof item === 'string' ? cleanText(item) : item === null ? '' : undefined;
  if (clean === undefined) return wrong('type', `The ${name} item must be text without control characters.`);
  if (clean === '') return wrong('required', `The ${name} item must not be empty.`);
  return isLongerThan(clean, field.maxLength) ? tooLong() : { name: clean };
}

function checkNumbers(name: string, { maxItems }: NumbersField, sent: unknown): Result {
  if (!Array.isArray(sent)) return refuse(name, 'array', `The ${name} field must be an array of whole numbers.`);
  if (sent.length > maxItems)
    return refuse(name, 'max', `The ${name} field must not have more than ${maxItems} items.`);
  const numbers = sent.map(wholeNumber);
  const wrong = numbers.indexOf(undefined);
  if (wrong >= 0)
    return refuse(`${name}.${wrong}`, 'numeric', `The ${name}.${wrong} item must be a whole number from 1 on.`);
  return accept(numbers as number[]);
}

function wholeNumber(item: unknown): number | undefined {
  const text = item instanceof SentNumber ? item.source : typeof item === 'number' ? String(item) : item;
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
