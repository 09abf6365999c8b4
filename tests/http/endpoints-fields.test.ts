/** Walks the fields of every endpoint: a wrong value in the body or the query is refused, and does nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Endpoint } from '../../sdk/src/contract/endpoint.ts';
import type { Field } from '../../sdk/src/contract/field.ts';
import { endpoints } from '../../sdk/src/contract/index.ts';
import type { ViolationCode } from '../../sdk/src/contract/problems.ts';
import { clientEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const all = clientEndpoints;

type Wrong = readonly [value: unknown, code: ViolationCode];

/** Texts that the field refuses, wherever they are sent. */
function wrongTexts(field: Field): Wrong[] {
  switch (field.kind) {
    case 'text':
      return [
        ['a\u0000', 'type'],
        ['a'.repeat((field.max ?? field.length ?? 0) + 1), field.length === undefined ? 'max' : 'length'],
      ];
    case 'email':
      return [['banana', 'email']];
    case 'phone':
      return [['06-1234', 'numeric']];
    case 'money':
      return [['25,50', 'decimal']];
    case 'time':
      return ['banana', '2026-13-01', '2026-02-30T10:00:00'].map((text) => [text, 'date']);
    case 'integer':
      return [
        ['banana', 'numeric'],
        [String((field.min ?? 1) - 1), 'numeric'],
        ...(field.max === undefined ? [] : [[String(field.max + 1), 'max'] as const]),
      ];
    case 'flag':
      return [['banana', 'type']];
    case 'choice':
      return [['banana', 'unknown']];
    default:
      return [];
  }
}

/** What JSON can hold beside texts. */
function wrongInJson(field: Field): Wrong[] {
  if (field.kind === 'numbers') {
    const tooMany = Array.from({ length: field.maxItems + 1 }, (_, at) => at + 1);
    return [
      [1, 'array'],
      [['x'], 'numeric'],
      [[0], 'numeric'],
      [[1.5], 'numeric'],
      [tooMany, 'max'],
    ];
  }
  if (field.kind === 'records') {
    const tooMany = Array.from({ length: (field.maxItems ?? 0) + 1 }, () => ({}));
    return [
      [1, 'array'],
      [{ a: 1 }, 'array'],
      [[], 'required'],
      [tooMany, 'max'],
    ];
  }
  if (field.kind === 'names') {
    const tooMany = Array.from({ length: field.maxItems + 1 }, (_, at) => `n${at}`);
    return [
      [1, 'array'],
      [[''], 'required'],
      [[1], 'type'],
      [tooMany, 'max'],
      [['a'.repeat(field.maxLength + 1)], 'max'],
    ];
  }
  const others: Wrong[] = [
    [{ a: 1 }, 'type'],
    [['x'], 'type'],
    [-1.5, field.kind === 'integer' ? 'numeric' : 'type'],
  ];
  const isAmount = field.kind === 'money';
  return [...wrongTexts(field), ...others.filter(([value]) => !(isAmount && typeof value === 'number'))];
}

interface Attempt {
  readonly field: string;
  readonly code: ViolationCode;
  readonly about: string;
  readonly query: string;
  readonly body: object | undefined;
}

/** The path and the headers together have at most 16 KiB. */
const MOST_IN_QUERY = 8000;

function attempts({ query = {}, body }: Endpoint): Attempt[] {
  const example = body?.example;
  const ofQuery = Object.entries(query).flatMap(([field, kind]) => {
    const texts: Wrong[] =
      kind.kind === 'names'
        ? [
            ['a\u0000', 'type'],
            ['a'.repeat(kind.maxLength + 1), 'max'],
          ]
        : wrongTexts(kind);
    const sendable = texts.filter(([text]) => String(text).length < MOST_IN_QUERY);
    return sendable.map(([text, code]) => {
      const parameters = new URLSearchParams([[field, String(text)]]);
      return { field, code, about: `?${parameters}`, query: `?${parameters}`, body: example };
    });
  });
  const ofBody = Object.entries(body?.fields ?? {}).flatMap(([field, kind]) =>
    wrongInJson(kind).map(([value, code]) => {
      const about = JSON.stringify({ [field]: value });
      return { field, code, about, query: '', body: { ...example, [field]: value } };
    }),
  );
  return [...ofQuery, ...ofBody];
}

/** Everything that a caller could have changed in a client. */
async function stateOf(key: TestKey) {
  const { exports, clientTypes, webhooks, changes } = foyer.sdk(key);
  return {
    customers: await Array.fromAsync(exports.customers()),
    clientTypes: await clientTypes.list(),
    webhooks: await webhooks.list(),
    changes: (await changes.list({ limit: 1000 })).changes,
  };
}

for (const { name, endpoint } of all) {
  const wrong = attempts(endpoint);
  if (wrong.length === 0) continue;

  describe(name, () => {
    test('refuses each wrong value of each field, and names it', async () => {
      const key = await foyer.client();
      const { customers, clientTypes, webhooks } = foyer.sdk(key);
      await customers.create(endpoints.customers.create.body.example);
      await clientTypes.set({ customerId: 1, ...endpoints.clientTypes.set.body.example });
      await webhooks.create(endpoints.webhooks.create.body.example);
      const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, param) =>
        param === 'clienttype' || param === 'name' ? 'friend' : '1',
      );
      const before = await stateOf(key);
      for (const { field, code, about, query, body } of wrong) {
        const response = await foyer.fetch(key, path + query, {
          method: endpoint.method,
          ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        });
        assert.equal(response.status, 422, about);
        const { violations } = await response.json();
        const found = violations.find((violation: { field: string }) => violation.field.split('.')[0] === field);
        assert.equal(found?.code, code, about);
      }
      assert.deepEqual(await stateOf(key), before, 'nothing was done');
    });
  });
}

test('a field that is empty is not sent, unless it has an empty value', async () => {
  const key = await foyer.client();
  const { webhooks } = foyer.sdk(key);
  await webhooks.create({ ...endpoints.webhooks.create.body.example, payload: 'full', batch: 7 });
  const send = (path: string, method: string, body: object) =>
    foyer.fetch(key, path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const before = await webhooks.get({ webhookId: 1 });
  for (const empty of [null, '', ' ']) {
    const sent = { payload: empty, batch: empty, enabled: empty, rotate: empty };
    const response = await send('/webhook/1', 'PUT', sent);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), before);
    assert.equal((await send('/export/customers', 'POST', { changedSince: empty })).status, 200);
  }
});
