/** Reads a request's body: JSON or a form, in UTF-8, as an object whose numbers keep their digits. */
// Its bundle: the modules that it is made of take six times as long to load.
import qs from 'qs/dist/qs.js';
import { ProblemError } from '../problem.ts';
import { membersOf } from './members.ts';
import { SentNumber } from './sent-number.ts';

export interface Body {
  readonly object: Readonly<Record<string, unknown>>;
  /** The names of the members in the order sent; a name that was sent twice may be listed twice. */
  names(): string[];
  /** The values of a member that is an object, in the order sent. */
  valuesOf(name: string): unknown[];
  /** Whether it was a form, which cannot express an empty list, only an empty text. */
  readonly isForm: boolean;
}

const MAX_FORM_PARAMETERS = 5000;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

const noBody: Body = { object: {}, names: () => [], valuesOf: () => [], isForm: false };

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProblemError('bad-request', { message: 'The body is not UTF-8.' });
  }
}

/** Reads a JSON object; an empty body counts as one without members. */
export function parseJson(bytes: Uint8Array): Body {
  if (bytes.length === 0) return noBody;
  const text = decode(bytes);
  const object = parseObject(text);
  return {
    object,
    names: () => namesInOrder(text, object),
    valuesOf: (name) => valuesInOrder(text, name),
    isForm: false,
  };
}

function parse(text: string, revive?: typeof keepDigits): unknown {
  try {
    return JSON.parse(text, revive);
  } catch (error) {
    // A reviver calls itself for each level.
    const isTooDeep = error instanceof RangeError;
    const message = isTooDeep ? 'The JSON is nested too deeply.' : 'The body is not well-formed JSON.';
    throw new ProblemError('bad-request', { message });
  }
}

function parseObject(text: string): Record<string, unknown> {
  const value = parse(text);
  // PHP encodes an empty array, which is its empty object too, as `[]`.
  if (Array.isArray(value) && value.length === 0) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProblemError('bad-request', { message: 'The body must be a JSON object, like {"email": "…"}.' });
  const object = value as Record<string, unknown>;
  for (const member in object) {
    // A float loses the digits of `25.505`; the original digits cost a second pass.
    if (holdsNumber(object[member])) return withDigits(object, text);
  }
  return object;
}

/** No field has a longer list: the items of a longer one are not examined. */
const MOST_ITEMS = 1000;

/** Is a value a number, or a list with a number in it or in one of its records? No field has one nested deeper. */
function holdsNumber(value: unknown): boolean {
  if (typeof value === 'number') return true;
  if (!Array.isArray(value) || value.length > MOST_ITEMS) return false;
  return value.some((item) => typeof item === 'number' || isRecordWithNumber(item));
}

const isRecordWithNumber = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && Object.values(item).some((value) => typeof value === 'number');

function withDigits(object: Record<string, unknown>, text: string): Record<string, unknown> {
  // If a name is sent twice, the last value counts.
  for (const [name, value] of new Map(membersOf(text))) {
    if (holdsNumber(object[name])) object[name] = parse(value, keepDigits);
  }
  return object;
}

const keepDigits = (_name: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' ? new SentNumber(context?.source ?? String(value)) : value;

/** JavaScript lists members with numeric names first; only the text has the original order. */
function namesInOrder(text: string, object: object): string[] {
  const names = Object.keys(object);
  return /^\d/.test(names[0] ?? '') ? membersOf(text).map(([name]) => name) : names;
}

function valuesInOrder(text: string, name: string): unknown[] {
  const [, value = '{}'] = membersOf(text).findLast(([member]) => member === name) ?? [];
  return membersOf(value).map(([, item]) => parse(item));
}

/** Reads a form; `name[]` and `name[0]` make lists, as PHP sends them. */
export function parseForm(bytes: Uint8Array): Body {
  const text = decode(bytes);
  if (/^\s*[{[]/.test(text)) {
    // JSON that curl sends with -d and no content type; as a form it would be one field with a strange name.
    const message = 'The body looks like JSON, but is sent as a form; send it with "Content-Type: application/json".';
    throw new ProblemError('bad-request', { message });
  }
  return formOf(text, parseParameters(text));
}

/** Reads the query of a path. A parameter without a value counts as not sent. */
export function parseQueryString(text: string): Body {
  const sent = parseParameters(text);
  const object = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''));
  return formOf(text, object);
}

const formOf = (text: string, object: Record<string, unknown>): Body => ({
  object,
  names: () => formNames(text),
  valuesOf: (name) => Object.values(object[name] ?? {}),
  isForm: true,
});

function parseParameters(text: string): Record<string, unknown> {
  const parameters = parametersOf(text);
  if (parameters.length > MAX_FORM_PARAMETERS)
    throw new ProblemError('bad-request', { message: `There are more than ${MAX_FORM_PARAMETERS} parameters.` });
  return qs.parse(parameters.map(withPlainValue).join('&'), {
    plainObjects: true,
    depth: 1,
    // An item with a higher number, in a list with holes, turns the list into an object.
    arrayLimit: MAX_FORM_PARAMETERS,
    parameterLimit: MAX_FORM_PARAMETERS,
    decoder: decodeFormPart,
  });
}

/** Brackets name lists before the first `=` only; in a value they are text. */
function withPlainValue(parameter: string): string {
  const start = parameter.indexOf('=') + 1;
  if (start === 0) return parameter;
  return parameter.slice(0, start) + parameter.slice(start).replaceAll(/[[\]=]/g, encodeURIComponent);
}

const parametersOf = (text: string): string[] => text.split('&').filter((part) => part !== '');

function decodeFormPart(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    throw new ProblemError('bad-request', { message: 'The parameters are not percent-encoded UTF-8.' });
  }
}

const formNames = (text: string): string[] =>
  parametersOf(text).map((part) => decodeFormPart(part.split('=', 1)[0] ?? '').replace(/\[.*$/s, ''));
