/** The OpenAPI 3.1 document, made from the endpoint table. Pure. */
import type { Endpoint } from '../../../../sdk/src/contract/endpoint.ts';
import type { Fields } from '../../../../sdk/src/contract/field.ts';
import { BASE_PATH, endpoints } from '../../../../sdk/src/contract/index.ts';
import { type ProblemCode, problems, violationCodes } from '../../../../sdk/src/contract/problems.ts';
import { problemBody } from '../../problem.ts';
import { headers, securitySchemes } from './parts.ts';
import { inputObject, inputSchema, outputObject, recordsOf } from './schema.ts';
import { about } from './text.ts';

type Json = Readonly<Record<string, unknown>>;

const tags: Readonly<Record<string, { name: string; description: string }>> = {
  customers: { name: 'Customers', description: 'The visitors of an organisation.' },
  clientTypes: { name: 'Client-types', description: 'The tags that an organisation gives to its customers.' },
  exports: { name: 'Exports', description: 'Everything at once, or what changed since a moment.' },
  changes: { name: 'Changes', description: 'What was done to customers, in order.' },
  webhooks: { name: 'Webhooks', description: 'Changes that are posted to you.' },
};

/** Every endpoint with its name, `customers.create`. */
function allEndpoints(): { resource: string; name: string; endpoint: Endpoint }[] {
  return Object.entries(endpoints).flatMap(([resource, named]) =>
    Object.entries(named).map(([name, endpoint]) => ({ resource, name, endpoint })),
  );
}

/** Which problems an endpoint can answer with: its own, and those that follow from its key, its body and the server. */
function problemsOf(endpoint: Endpoint): ProblemCode[] {
  const ofBody: ProblemCode[] = ['bad-request', 'content-too-large', 'unsupported-media-type', 'validation'];
  const ofQuery: ProblemCode[] = ['bad-request', 'validation'];
  return [
    'unauthorized',
    'wrong-client',
    'missing-scope',
    ...(endpoint.problems ?? []),
    ...(endpoint.body === undefined ? [] : ofBody),
    ...(endpoint.query === undefined ? [] : ofQuery),
    'headers-too-large',
    'internal',
    'unavailable',
  ];
}

export function openApiDocument(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { resource, name, endpoint } of allEndpoints()) {
    paths[endpoint.path] ??= {};
    Object.assign(paths[endpoint.path] as object, {
      [endpoint.method.toLowerCase()]: operation(resource, name, endpoint),
    });
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Foyer customer API',
      version,
      summary: 'The customer records of theatres, festivals and museums.',
      description: about,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: BASE_PATH,
        description: 'This service',
        variables: { client: { default: 'demo', description: 'The short name of an organisation.' } },
      },
    ],
    security: [{ key: [] }, { basic: [] }, { bearer: [] }],
    tags: Object.values(tags),
    paths,
    components: components(),
  };
}

function operation(resource: string, name: string, endpoint: Endpoint): Json {
  const { params = {}, query = {}, body } = endpoint;
  const all = [...parameters(params, 'path'), ...parameters(query, 'query')];
  return {
    operationId: `${resource}.${name}`,
    tags: [tags[resource]?.name],
    summary: endpoint.summary,
    description: `${endpoint.description}\n\nScope: \`${endpoint.scope}\`.`,
    ...(all.length === 0 ? {} : { parameters: all }),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: { ...successes(endpoint), ...errors(endpoint) },
  };
}

const parameters = (params: Fields, place: 'path' | 'query') =>
  Object.entries(params).map(([name, field]) => {
    // There is no null in an address.
    const { description, ...schema } = inputSchema({ ...field, required: true });
    return { name, in: place, required: place === 'path', description, schema };
  });

function requestBody({ fields, partial, example }: NonNullable<Endpoint['body']>): Json {
  const schema = inputObject(fields, partial === true);
  const required = 'required' in schema;
  return {
    required,
    content: {
      'application/json': { schema, example },
      'application/x-www-form-urlencoded': { schema, example },
    },
  };
}

function successes(endpoint: Endpoint): Json {
  const { status, nothingMade } = endpoint.success;
  const made = { [status]: success(endpoint) };
  if (nothingMade === undefined) return made;
  const { location, ...found } = { ...endpoint.success, description: nothingMade };
  return { 200: success({ ...endpoint, success: found }), ...made };
}

function success({ success: { description, shape, location, nothingMade, example }, body, query }: Endpoint): Json {
  const headers = {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    ...(body === undefined && query === undefined
      ? {}
      : { 'Foyer-Ignored-Fields': { $ref: '#/components/headers/IgnoredFields' } }),
    ...(nothingMade === undefined ? {} : { 'Foyer-Outcome': { $ref: '#/components/headers/Outcome' } }),
    ...(location === undefined ? {} : { Location: { $ref: '#/components/headers/Location' } }),
  };
  if (shape.kind === 'nothing') return { description, headers };
  const json = (schema: Json) => ({ 'application/json': { schema, example } });
  if (shape.kind === 'texts')
    return { description, headers, content: json({ type: 'array', items: { type: 'string' } }) };
  const one = { $ref: `#/components/schemas/${shape.name}` };
  if (shape.kind === 'list') return { description, headers, content: json({ type: 'array', items: one }) };
  if (shape.kind === 'feed') {
    const events = { 'text/event-stream': { schema: { type: 'string' } } };
    return { description, headers, content: { ...json(one), ...events } };
  }
  if (shape.kind === 'resource') return { description, headers, content: json(one) };
  if (shape.kind === 'page') return { description, headers, content: json(pageSchema(shape.member, one)) };
  const text = { schema: { type: 'string' } };
  const content = { ...json({ type: 'array', items: one }), 'application/x-ndjson': text, 'text/csv': text };
  const ofExport = {
    'Foyer-Changed-Until': { $ref: '#/components/headers/ChangedUntil' },
    'Foyer-Cursor': { $ref: '#/components/headers/Cursor' },
  };
  return { description, headers: { ...headers, ...ofExport }, content };
}

const pageSchema = (member: string, one: Json): Json => ({
  type: 'object',
  properties: {
    [member]: { type: 'array', items: one },
    nextCursor: { type: ['string', 'null'], description: 'Where the next page begins; `null` on the last.' },
    count: { type: 'integer', minimum: 0, description: 'How many fit in all.' },
    countIsExact: { type: 'boolean', description: 'Up to 10,000 it is; beyond, the count may be an estimate.' },
  },
  required: [member, 'nextCursor', 'count', 'countIsExact'],
  additionalProperties: false,
});

/** The error responses of an endpoint, by status; problems with the same status share one. */
function errors(endpoint: Endpoint): Json {
  const byStatus: Record<number, Json> = {};
  for (const code of problemsOf(endpoint)) {
    const { status } = problems[code];
    // The two kinds of 403 are one response with two examples.
    byStatus[status] = { $ref: `#/components/responses/${responseName(status)}` };
  }
  return byStatus;
}

const responseName = (status: number): string => `Problem${status}`;

const exampleViolations = [
  {
    field: 'email',
    code: 'taken',
    message: 'The email field holds an e-mail address that another customer has already.',
    customerId: 867,
  },
  {
    field: 'customerPhone',
    code: 'numeric',
    message: 'The customerPhone field must be numeric: an optional + and 1 to 20 digits, no spaces or dashes.',
  },
] as const;

function exampleOf(code: ProblemCode): Json {
  const { message } = problems[code];
  if (code === 'validation') {
    return { ...problemBody(code, `${exampleViolations[0].message} (and 1 more error)`, exampleViolations) };
  }
  const body = problemBody(code, message);
  return code === 'internal' ? { ...body, requestId: '3f0c8a1e-5d0b-4f0e-9c55-0b8f9c7f3f4e' } : { ...body };
}

function problemResponses(): Json {
  const responses: Record<string, Json> = {};
  for (const [code, { status, description }] of Object.entries(problems)) {
    const name = responseName(status);
    const before = responses[name] as { description: string; content: Record<string, { examples: Json }> } | undefined;
    const examples = {
      ...before?.content['application/problem+json']?.examples,
      [code]: { summary: description, value: exampleOf(code as ProblemCode) },
    };
    responses[name] = {
      description: before === undefined ? description : `${before.description} Or: ${description}`,
      ...headersOf(status),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples } },
    };
  }
  return responses;
}

function headersOf(status: number): Json {
  const schema = { type: 'string' };
  if (status === 401) return { headers: { 'WWW-Authenticate': { description: 'How to authenticate.', schema } } };
  if (status === 503 || status === 429) {
    return { headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } } };
  }
  return {};
}

function components(): Json {
  const used = new Set(
    allEndpoints().flatMap(({ endpoint }) => problemsOf(endpoint).map((code) => problems[code].status)),
  );
  const responses = Object.fromEntries(
    Object.entries(problemResponses()).filter(([name]) => [...used].some((status) => name === responseName(status))),
  );
  return { schemas: schemas(), headers, responses, securitySchemes };
}

function schemas(): Json {
  const resources: Record<string, Json> = {};
  for (const { endpoint } of allEndpoints()) {
    const { shape } = endpoint.success;
    if (!('fields' in shape)) continue;
    for (const [name, fields] of Object.entries({ [shape.name]: shape.fields, ...recordsOf(shape.fields) })) {
      resources[name] = outputObject(fields);
    }
  }
  const text = { type: 'string' };
  const violation = {
    type: 'object',
    properties: {
      field: { ...text, description: 'The name of the field; an item of a list is `clienttypes.2`.' },
      code: { ...text, enum: Object.keys(violationCodes) },
      message: text,
      customerId: { type: 'integer', description: 'With `taken`: the customer that has the value.' },
    },
    required: ['field', 'code', 'message'],
  };
  const problem = {
    type: 'object',
    description: 'An RFC 9457 problem.',
    properties: {
      type: { ...text, format: 'uri-reference' },
      title: text,
      status: { type: 'integer' },
      message: { ...text, description: 'What is wrong, for a person.' },
      errors: {
        type: 'object',
        description: 'With 422: texts by field.',
        additionalProperties: { type: 'array', items: text },
      },
      violations: {
        type: 'array',
        description: 'With 422: the same, for programs.',
        items: { $ref: '#/components/schemas/Violation' },
      },
      requestId: { ...text, description: 'With 500: what to quote in a report.' },
    },
    required: ['type', 'title', 'status', 'message'],
  };
  return { ...resources, Problem: problem, Violation: violation };
}
