/** The OpenAPI document and the page that shows it: complete, equal to the file, and without foreign content. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { type Endpoint, isAboveScope } from '../../sdk/src/contract/endpoint.ts';
import { pathOf } from '../../sdk/src/contract/index.ts';
import { problems } from '../../sdk/src/contract/problems.ts';
import { allEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';

interface Media {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: Record<string, unknown> }>>;
}
interface Answer {
  readonly $ref?: string;
  readonly description?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}
type Servers = readonly { readonly url: string }[];
interface OpenApi {
  readonly info: { readonly description: string };
  readonly servers: Servers;
  readonly paths: Readonly<Record<string, { readonly servers?: Servers } & Readonly<Record<string, Operation>>>>;
}

let foyer: TestFoyer;
let text: string;
let document: OpenApi;
before(async () => {
  foyer = await startFoyer();
  const response = await fetch(`${foyer.url}/openapi.json`);
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  text = await response.text();
  document = JSON.parse(text);
});
after(() => foyer[Symbol.asyncDispose]());

/** What a JSON pointer in the document refers to. */
function follow<T extends object>(value: T & { $ref?: string }): T {
  if (value.$ref === undefined) return value;
  assert.match(value.$ref, /^#\//);
  let found: unknown = document;
  for (const step of value.$ref.slice(2).split('/')) found = (found as Record<string, unknown>)[step];
  assert(found, `${value.$ref} names nothing`);
  return found as T;
}

const operations = allEndpoints;
function operationOf({ path, method }: Endpoint): Operation {
  const operation = document.paths[path]?.[method.toLowerCase()];
  return operation ?? assert.fail(`${method} ${path} is not in the document`);
}

test('docs/openapi.json is what the service serves', async () => {
  const file = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  assert.equal(JSON.stringify(JSON.parse(file)), text);
});

test('the document has the endpoints of the table, and no other', () => {
  const documented = Object.entries(document.paths).flatMap(([path, { servers = document.servers, ...methods }]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${servers[0]?.url}${path}`),
  );
  const served = operations.map(({ endpoint }) => `${endpoint.method} ${pathOf(endpoint)}`);
  assert.deepEqual(documented.sort(), served.sort());
});

for (const { name, endpoint } of operations) {
  test(`${name} has examples of its request and its response`, () => {
    const { requestBody, responses } = operationOf(endpoint);
    assert.equal(requestBody === undefined, endpoint.body === undefined && endpoint.upload === undefined);
    for (const [type, media] of Object.entries(requestBody?.content ?? {})) {
      const file = type === endpoint.upload?.example.type ? endpoint.upload.example.text : undefined;
      assert.deepEqual(media.example, endpoint.body?.example ?? file, type);
      assert(media.schema);
    }
    const success = responses[endpoint.success.status];
    const { shape } = endpoint.success;
    const type = shape.kind === 'file' ? (shape.type.split(';', 1)[0] ?? '') : 'application/json';
    assert.deepEqual(success?.content?.[type]?.example, endpoint.success.example);
  });

  test(`${name} documents its errors, each with an example`, () => {
    const { responses } = operationOf(endpoint);
    const ofKey = isAboveScope(endpoint.scope) ? [] : [429];
    const ofCaller = endpoint.scope === 'anyone' ? [] : [401, 403, ...ofKey];
    const follows = [...ofCaller, 500, 503, ...(endpoint.body || endpoint.upload ? [400, 413, 415, 422] : [])];
    const own = (endpoint.problems ?? []).map((code) => problems[code].status as number);
    if (endpoint.takesIdempotencyKey) own.push(400, 409, 422);
    for (const status of [...follows, ...own]) {
      const response = follow(responses[status] ?? assert.fail(`${status} is not documented`));
      const { examples = {}, schema } = response.content?.['application/problem+json'] ?? {};
      assert.match(response.description ?? '', /\S/);
      assert.equal(Object.keys(follow(schema ?? {})).length > 0, true);
      const codes = Object.entries(problems).filter(([, problem]) => problem.status === status);
      assert.deepEqual(Object.keys(examples).sort(), codes.map(([code]) => code).sort());
      for (const [code, { value }] of Object.entries(examples)) {
        assert.equal(value.status, status);
        assert.equal('violations' in value, code === 'validation');
      }
    }
    if (responses[401] !== undefined) assert(follow(responses[401]).headers?.['WWW-Authenticate']);
    assert(follow(responses[503] ?? {}).headers?.['Retry-After']);
    if (responses[409] !== undefined) assert(follow(responses[409]).headers?.['Retry-After']);
    if (responses[429] !== undefined) assert(follow(responses[429]).headers?.['Retry-After']);
    if (!isAboveScope(endpoint.scope)) {
      assert(responses[endpoint.success.status]?.headers?.RateLimit);
      assert(follow(responses[429] ?? {}).headers?.['RateLimit-Policy']);
    }
  });
}

test('every reference within the document names something', () => {
  for (const [, $ref] of text.matchAll(/"\$ref":"([^"]+)"/g)) follow({ $ref: $ref ?? '' });
});

test('the description explains every kind of problem that has a type', () => {
  for (const code of Object.keys(problems)) assert(document.info.description.includes(code), code);
});

test('the docs page takes everything from us, and its policy lets it take nothing else', async () => {
  const response = await fetch(`${foyer.url}/docs`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
  const policy = new Map(
    (response.headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name, sources] as const;
    }),
  );
  assert.deepEqual(policy.get('default-src'), ["'self'"]);
  for (const [name, sources] of policy) {
    const allowed = name === 'style-src' ? ["'self'", "'unsafe-inline'"] : ["'self'", "'none'", 'data:'];
    for (const source of sources) assert(allowed.includes(source), `${name} ${source}`);
  }

  const html = await response.text();
  assert.doesNotMatch(html, /(?:https?:)?\/\/[a-z0-9]/i, 'no address of another host');
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|\son\w+=/i, 'no script in the page itself');
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
  assert(assets.length >= 5, html);
  for (const path of assets) {
    assert.match(path, /^\/[^/]/);
    const asset = await fetch(`${foyer.url}${path}`);
    assert.equal(asset.status, 200, path);
    const body = await asset.text();
    assert(body.length > 0, path);
    if (path.endsWith('set-up.js')) assert.doesNotMatch(body, /(?:https?:)?\/\/[a-z0-9]/i);
    if (path.endsWith('.css')) assert.doesNotMatch(body, /url\(["']?(?:https?:)?\/\//i);
  }
});

test('the page is there with a slash at the end too, and what it loads comes compressed', async () => {
  assert.equal(await (await fetch(`${foyer.url}/docs/`)).text(), await (await fetch(`${foyer.url}/docs`)).text());
  for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
    const [plain, gzip] = await Promise.all(
      ['identity', 'gzip'].map((coding) =>
        fetch(`${foyer.url}/docs/${name}`, { headers: { 'accept-encoding': coding } }),
      ),
    );
    assert.deepEqual(
      [plain, gzip].map((answer) => answer?.headers.get('content-encoding')),
      [null, 'gzip'],
    );
    assert.equal(await gzip?.text(), await plain?.text());
  }
});

test('every asset has the content type of its kind', async () => {
  const html = await (await fetch(`${foyer.url}/docs`)).text();
  const kinds: Readonly<Record<string, RegExp>> = {
    js: /^(?:text|application)\/javascript/,
    css: /^text\/css/,
    png: /^image\/png/,
    json: /^application\/json/,
  };
  for (const [, path = '', kind = ''] of html.matchAll(/(?:src|href)="([^"]+\.(\w+))"/g)) {
    const asset = await fetch(`${foyer.url}${path}`);
    assert.match(asset.headers.get('content-type') ?? '', kinds[kind] ?? assert.fail(kind), path);
    await asset.body?.cancel();
  }
});
