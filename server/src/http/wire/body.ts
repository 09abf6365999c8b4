/** Reads a request's body as a JSON object in UTF-8: its numbers keep their digits, its lists their order. */
import { ProblemError } from '../problem.ts';
import { MOST_MEMBERS, restore } from './as-sent.ts';
import { membersOf } from './members.ts';

export interface Body {
  /** Without the objects under numbers that PHP makes of lists: they are lists. */
  readonly object: Readonly<Record<string, unknown>>;
  /** The names of the members in the order sent; a name that was sent twice may be listed twice. */
  names(): string[];
  /** Whether it was a form, which cannot express an empty list, only an empty text. */
  readonly isForm: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

const noBody: Body = { object: {}, names: () => [], isForm: false };

export function decode(bytes: Uint8Array): string {
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
  const object = restore(parseObject(text), text);
  return { object, names: () => namesInOrder(text, object), isForm: false };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProblemError('bad-request', { message: 'The body is not well-formed JSON.' });
  }
  // PHP encodes an empty array, which is its empty object too, as `[]`.
  if (Array.isArray(value) && value.length === 0) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProblemError('bad-request', { message: 'The body must be a JSON object, like {"email": "…"}.' });
  return value as Record<string, unknown>;
}

/** JavaScript lists members with numeric names first; only the text has the original order. */
function namesInOrder(text: string, object: object): string[] {
  const names = Object.keys(object);
  return /^\d/.test(names[0] ?? '') && names.length <= MOST_MEMBERS ? membersOf(text).map(([name]) => name) : names;
}
