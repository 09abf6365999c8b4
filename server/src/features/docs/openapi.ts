/** The OpenAPI 3.1 document, made from the endpoint table. Pure. */
import { type Endpoint, isAboveScope, type Upload } from '../../../../sdk/src/contract/endpoint.ts';
import type { Field, Fields } from '../../../../sdk/src/contract/field.ts';
import { BASE_PATH, endpoints, ROOT_PATH } from '../../../../sdk/src/contract/index.ts';
import { fitForm } from '../../http/wire/sent-lists.ts';
import { headers, headersSent, notModified, rateHeaders, securitySchemes } from './parts.ts';
import { errors, problemResponses, problemSchemas } from './problems.ts';
import { inputObject, inputSchema, outputObject, recordsOf } from './schema.ts';
import { about } from './text.ts';
import { messageSchemas, messages } from './webhooks.ts';

type Json = Readonly<Record<string, unknown>>;

const tags: Readonly<Record<string, { name: string; description: string }>> = {
  customers: { name: 'Customers', description: 'The visitors of an organisation.' },
  clientTypes: { name: 'Client-types', description: 'The tags that an organisation gives to its customers.' },
  exports: { name: 'Exports', description: 'Everything at once, or what changed since a time.' },
  imports: { name: 'Imports', description: 'Files of customers, as spreadsheets and other systems make them.' },
  changes: { name: 'Changes', description: 'What was done to customers, in order.' },
  webhooks: { name: 'Webhooks', description: 'Changes that are posted to you.' },
  session: {
    name: 'Sessions',
    description: 'Staff members who sign in to the console, above the clients. They need no key.',
  },
};

/** Every endpoint with its name, `customers.create`. */
function allEndpoints(): { resource: string; name: string; endpoint: Endpoint }[] {
  return Object.entries(endpoints).flatMap(([resource, named]) =>
    Object.entries(named).map(([name, endpoint]) => ({ resource, name, endpoint })),
  );
}

export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const { resource, name, endpoint } of allEndpoints()) {
    paths[endpoint.path] ??= isAboveScope(endpoint.scope) ? { ...above } : {};
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
    security: [{ key: [] }, { basic: [] }, { bearer: [] }, signedIn],
    tags: Object.values(tags),
    paths,
    webhooks: messages,
    components: components(),
  };
}

function operation(resource: string, name: string, endpoint: Endpoint): Json {
  const { params = {}, query = {}, body, upload } = endpoint;
  const all = [
    ...parameters(params, 'path'),
    ...parameters({ ...query, ...inQuery(body) }, 'query'),
    ...headerParameters(endpoint),
  ];
  return {
    operationId: `${resource}.${name}`,
    tags: [tags[resource]?.name],
    summary: endpoint.summary,
    ...access(endpoint),
    ...(all.length === 0 ? {} : { parameters: all }),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    ...(upload === undefined ? {} : { requestBody: fileBody(upload, query) }),
    responses: { ...successes(endpoint), ...errors(endpoint) },
  };
}

/** The servers of a path above the clients. */
const above = { servers: [{ url: ROOT_PATH, description: 'Above the clients' }] };

const signedIn = { session: [], csrf: [] };

/** What is needed to call an endpoint, in words and for programs. */
function access(endpoint: Endpoint): Json {
  const { scope, description } = endpoint;
  if (!isAboveScope(scope)) return { description: `${description}\n\n${weighed(endpoint)}Scope: \`${scope}\`.` };
  return { description, security: scope === 'anyone' ? [] : [signedIn] };
}

/** What a request counts for against the limit of a key, if that is not one. */
function weighed({ weight, weighed: lists }: Endpoint): string {
  if (lists !== undefined) return 'Each ten customers count as one request. ';
  return weight === undefined ? '' : `Counts as ${weight} requests. `;
}

const parameters = (params: Fields, place: 'path' | 'query') =>
  Object.entries(params).map(([name, field]) => {
    // There is no null in a query.
    const { description, ...schema } = inputSchema({ ...field, required: true });
    return { name, in: place, required: place === 'path', description, schema };
  });

/** The headers that an endpoint reads, beside those that all do. */
const headerParameters = (endpoint: Endpoint): Json[] => [
  ...(isConditional(endpoint) ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
  ...(endpoint.problems?.includes('precondition-failed') ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
  ...(endpoint.takesIdempotencyKey ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
];

const isConditional = ({ method, success }: Endpoint): boolean => method === 'GET' && success.etag === true;

/** The fields that may also be in the query. */
function inQuery(body: Endpoint['body']): Fields {
  if (body?.inQuery === undefined) return {};
  const told = (field: Field) => ({
    ...field,
    description: `${field.description} A value in the body takes precedence.`,
  });
  return Object.fromEntries(Object.entries(body.fields).map(([name, field]) => [name, told(field)]));
}

function requestBody({ fields, partial, inQuery, example }: NonNullable<Endpoint['body']>): Json {
  const schema = inputObject(fields, partial === true);
  const required = 'required' in schema && inQuery === undefined;
  const forms = fitForm(fields) ? ['application/x-www-form-urlencoded', 'multipart/form-data'] : [];
  const content = Object.fromEntries(['application/json', ...forms].map((type) => [type, { schema, example }]));
  return { required, content };
}

function fileBody({ types, description, example }: Upload, query: Fields): Json {
  const file = { type: 'string', format: 'binary' };
  const { properties } = inputObject(query, true) as { properties: Json };
  const form = { type: 'object', properties: { ...properties, file }, required: ['file'] };
  const content = Object.fromEntries(
    types.map((type) => [type, { schema: file, ...(type === example.type ? { example: example.text } : {}) }]),
  );
  return { required: true, description, content: { ...content, 'multipart/form-data': { schema: form } } };
}

function successes(endpoint: Endpoint): Json {
  const { status, nothingMade } = endpoint.success;
  const made = { [status]: success(endpoint), ...(isConditional(endpoint) ? { 304: notModified } : {}) };
  if (nothingMade === undefined) return made;
  const { location, ...found } = { ...endpoint.success, description: nothingMade };
  return { 200: success({ ...endpoint, success: found }), ...made };
}

function success({ scope, success, body, takesIdempotencyKey }: Endpoint): Json {
  const { description, shape, location, nothingMade, etag, example } = success;
  const headers = {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    ...(isAboveScope(scope) ? {} : rateHeaders),
    ...(body === undefined ? {} : { 'Foyer-Ignored-Fields': { $ref: '#/components/headers/IgnoredFields' } }),
    ...(takesIdempotencyKey ? { 'Idempotency-Replayed': { $ref: '#/components/headers/IdempotencyReplayed' } } : {}),
    ...(nothingMade === undefined ? {} : { 'Foyer-Outcome': { $ref: '#/components/headers/Outcome' } }),
    ...(etag ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
    ...(location === undefined ? {} : { Location: { $ref: '#/components/headers/Location' } }),
  };
  if (shape.kind === 'nothing') return { description, headers };
  const json = (schema: Json) => ({ 'application/json': { schema, example } });
  if (shape.kind === 'texts')
    return { description, headers, content: json({ type: 'array', items: { type: 'string' } }) };
  if (shape.kind === 'file') {
    return { description, headers, content: { [mediaType(shape.type)]: { schema: { type: 'string' }, example } } };
  }
  const one = { $ref: `#/components/schemas/${shape.name}` };
  if (shape.kind === 'list') {
    const items = shape.nullable ? { anyOf: [one, { type: 'null' }] } : one;
    return { description, headers, content: json({ type: 'array', items }) };
  }
  if (shape.kind === 'feed') {
    const events = { 'text/event-stream': { schema: { type: 'string' } } };
    return { description, headers, content: { ...json(one), ...events } };
  }
  if (shape.kind === 'resource') return { description, headers, content: json(one) };
  if (shape.kind === 'page') return { description, headers, content: json(pageSchema(shape.member, one)) };
  const text = { schema: { type: 'string' } };
  const streamed = { ...json({ type: 'array', items: one }), 'application/x-ndjson': text };
  if (!shape.isExport) return { description, headers, content: streamed };
  const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const content = {
    ...streamed,
    'text/csv': text,
    'text/csv; dialect=excel': text,
    [workbook]: { schema: { type: 'string', format: 'binary' } },
  };
  const ofExport = {
    'Foyer-Changed-Until': { $ref: '#/components/headers/ChangedUntil' },
    'Foyer-Cursor': { $ref: '#/components/headers/Cursor' },
  };
  return { description, headers: { ...headers, ...ofExport }, content };
}

const mediaType = (type: string): string => type.split(';', 1)[0] ?? type;

const pageSchema = (member: string, one: Json): Json => ({
  type: 'object',
  properties: {
    [member]: { type: 'array', items: one },
    nextCursor: { type: ['string', 'null'], description: 'Where the next page begins; `null` on the last.' },
    count: { type: 'integer', minimum: 0, description: 'How many match in all.' },
    countIsExact: {
      type: 'boolean',
      description: 'Up to 10,000 the count is exact; beyond that it may be an estimate.',
    },
  },
  required: [member, 'nextCursor', 'count', 'countIsExact'],
  additionalProperties: false,
});

function components(): Json {
  const responses = problemResponses(allEndpoints().map(({ endpoint }) => endpoint));
  return { schemas: schemas(), headers, parameters: headersSent, responses, securitySchemes };
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
  return { ...resources, ...messageSchemas, ...problemSchemas };
}
