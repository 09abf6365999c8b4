/** Reads what a caller sends to an endpoint: in the path, the query and the body. Pure. */
import type { Endpoint } from '../../../../sdk/src/contract/endpoint.ts';
import type { Fields } from '../../../../sdk/src/contract/field.ts';
import { ProblemError } from '../problem.ts';
import type { Body } from './body.ts';
import { type Checked, checkBody } from './check.ts';
import { parseQueryString } from './form.ts';
import { ignoredFields } from './ignored.ts';
import { mostOf } from './kinds.ts';
import { fitForm, withLists } from './sent-lists.ts';
import { cannotFit, cleanText } from './text.ts';
import { unknownParameters } from './unknown.ts';

/** The names and numbers in the path; an impossible one names nothing. */
export function readParams(
  endpoint: Endpoint,
  sent: Readonly<Record<string, string | undefined>>,
): Record<string, string | number> {
  const params: Record<string, string | number> = {};
  for (const [name, field] of Object.entries(endpoint.params ?? {})) {
    const text = sent[name] ?? '';
    if (field.kind === 'text') {
      const clean = cannotFit(text, mostOf(field)) ? undefined : cleanText(text);
      if (clean === undefined || clean === '') throw new ProblemError('not-found');
      params[name] = clean;
      continue;
    }
    if (!/^[1-9]\d{0,14}$/.test(text)) throw new ProblemError('not-found');
    params[name] = Number(text);
  }
  return params;
}

/** The fields of the body that the endpoint does not know, as a header reports them. */
export const ignoredIn = (endpoint: Endpoint, body: Body | undefined): string | undefined =>
  endpoint.body === undefined || body === undefined ? undefined : ignoredFields(body, endpoint.body.fields);

/** Reads parameters, from the query or a form: none of them is required, and no others are allowed. */
export function readParameters<F extends Fields>(fields: F, text: string, timeZone: string): Checked<F> {
  const { object, names } = parametersOf(fields, text);
  const { values, violations } = checkBody(fields, object, true, timeZone);
  return { values, violations: [...violations, ...unknownParameters(names(), fields)] };
}

function parametersOf(fields: Fields, text: string): Pick<Body, 'object' | 'names'> {
  const { object, names } = parseQueryString(text);
  // A single item is a list of one.
  const members = Object.entries(object).map(([name, value]) => {
    const kind = Object.hasOwn(fields, name) ? fields[name]?.kind : undefined;
    const isList = kind === 'names' || kind === 'numbers';
    return [name, isList && typeof value === 'string' ? [value] : value];
  });
  return { object: Object.fromEntries(members), names };
}

interface Asked extends Checked {
  /** What the query holds for the body. */
  readonly forBody: Body['object'] | undefined;
}
const nothing: Asked = { values: {}, violations: [], forBody: undefined };

/** The query, if the endpoint takes one; it is refused as a whole if there is anything else in it. */
export function readQuery({ query, body }: Endpoint, text: string, timeZone: string): Asked {
  const ofBody = body?.inQuery === true ? body.fields : undefined;
  if (text === '' || (query === undefined && ofBody === undefined)) return nothing;
  const known = { ...query, ...ofBody };
  const { object, names } = parametersOf(known, text);
  const { values, violations } = checkBody(query ?? {}, object, true, timeZone);
  const all = [...violations, ...unknownParameters(names(), known)];
  return { values, violations: all, forBody: ofBody && object };
}

const JSON_ONLY = 'A form cannot hold a list of records; send JSON, with "Content-Type: application/json".';

/** The body; the query may hold what it lacks. */
export function readBody(
  { body: wanted }: Endpoint,
  body: Body | undefined,
  { forBody }: Asked,
  timeZone: string,
): Checked {
  if (wanted === undefined) return nothing;
  if (body?.isForm === true && !fitForm(wanted.fields))
    throw new ProblemError('unsupported-media-type', { message: JSON_ONLY });
  const sent = body === undefined ? undefined : withLists(wanted.fields, body);
  const object = forBody === undefined ? sent : { ...forBody, ...sent };
  return checkBody(wanted.fields, object ?? {}, wanted.partial === true, timeZone);
}
