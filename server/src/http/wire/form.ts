/**
 * Reads forms and queries. Names with brackets make lists and objects as PHP reads them (`name[]`, `name[0]`,
 * `name[key]`), one level deep: no field has more.
 */
import { ProblemError } from '../problem.ts';
import { type Body, decode } from './body.ts';

const MAX_PARAMETERS = 5000;

type Parameter = readonly [name: string, value: string];

/** Reads the body of a form. */
export function parseForm(bytes: Uint8Array): Body {
  const text = decode(bytes);
  if (/^\s*[{[]/.test(text)) {
    // JSON that curl sends with -d and no content type; as a form it would be one field with a strange name.
    const message = 'The body looks like JSON, but is sent as a form; send it with "Content-Type: application/json".';
    throw new ProblemError('bad-request', { message });
  }
  return formOf(parametersOf(text));
}

/** Reads the query of a path. A parameter without a value counts as not sent. */
export function parseQueryString(text: string): Body {
  const { object, ...body } = formOf(parametersOf(text));
  return { ...body, object: Object.fromEntries(Object.entries(object).filter(([, value]) => value !== '')) };
}

/** What a form holds whose parameters are decoded. */
export function formOf(parameters: readonly Parameter[]): Body {
  const names = () => parameters.map(([name, value]) => readName(name, value)[0]);
  return { object: membersOf(parameters), names, isForm: true };
}

function parametersOf(text: string): Parameter[] {
  const parameters: Parameter[] = [];
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('&', start);
    const end = next === -1 ? text.length : next;
    if (end > start) {
      if (parameters.length === MAX_PARAMETERS)
        throw new ProblemError('bad-request', { message: `There are more than ${MAX_PARAMETERS} parameters.` });
      parameters.push(parameterOf(text.slice(start, end)));
    }
    start = end + 1;
  }
  return parameters;
}

function parameterOf(part: string): Parameter {
  const at = part.indexOf('=');
  return at === -1 ? [decodePart(part), ''] : [decodePart(part.slice(0, at)), decodePart(part.slice(at + 1))];
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    throw new ProblemError('bad-request', { message: 'The parameters are not percent-encoded UTF-8.' });
  }
}

/** A value of a member; its key is what stands in the brackets, and `undefined` without any. */
interface Sent {
  readonly key: string | undefined;
  readonly value: unknown;
}

function membersOf(parameters: readonly Parameter[]): Record<string, unknown> {
  const members = new Map<string, Sent[]>();
  for (const [name, value] of parameters) {
    const [member, sent] = readName(name, value);
    const known = members.get(member);
    if (known === undefined) members.set(member, [sent]);
    else known.push(sent);
  }
  return Object.fromEntries([...members].map(([name, sent]) => [name, meaningOf(sent)]));
}

function readName(name: string, value: string): [member: string, sent: Sent] {
  const open = name.indexOf('[');
  if (open < 1) return [name, { key: undefined, value }];
  const member = name.slice(0, open);
  const close = name.indexOf(']', open);
  if (close === -1) return [member, { key: name.slice(open), value }];
  // What no field has is told as a value of the wrong type.
  const isDeeper = name.charAt(close + 1) === '[';
  return [member, { key: name.slice(open + 1, close), value: isDeeper ? { value } : value }];
}

/** One text, a list, or an object. */
function meaningOf(sent: readonly Sent[]): unknown {
  if (sent.length === 1 && sent[0]?.key === undefined) return sent[0]?.value;
  if (sent.every(({ key }) => key === undefined || key === '')) return sent.map(({ value }) => value);
  if (!sent.every(({ key = '' }) => /^\d*$/.test(key))) return objectOf(sent);
  // A number is a place; where some have none, the order sent counts.
  return sent.every(({ key }) => key) ? inPlace(objectOf(sent)) : sent.map(({ value }) => value);
}

/** Several values under one key are a list. */
function objectOf(sent: readonly Sent[]): Record<string, unknown> {
  const values = Map.groupBy(sent, ({ key = '' }) => key);
  return Object.fromEntries(
    [...values].map(([key, all]) => [key, all.length === 1 ? all[0]?.value : all.map(({ value }) => value)]),
  );
}

const inPlace = (items: Record<string, unknown>): unknown[] =>
  Object.entries(items)
    .map(([key, value]) => ({ place: Number(key), value }))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
    .map(({ value }) => value);
