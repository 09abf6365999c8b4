/** Which format of an answer a caller gets, by its `Accept`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertProblem, requestText, sendRaw } from '../harness/raw.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
});
after(() => foyer[Symbol.asyncDispose]());

const send = (method: string, path: string, ...headers: string[]) => {
  const line = `${method} /v1/${key.client}/peppered${path} HTTP/1.1`;
  return sendRaw(foyer.url, requestText([line, `Authorization: ${key.key}`, 'Content-Length: 0', ...headers]));
};
const JSON_TYPE = 'application/json; charset=utf-8';
const NDJSON = 'application/x-ndjson; charset=utf-8';
const CSV = 'text/csv; charset=utf-8; header=present';

const wishes: [accept: string | undefined, type: string | undefined][] = [
  [undefined, JSON_TYPE],
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['text/*', CSV],
  ['text/csv', CSV],
  ['text/csv; charset=utf-8', CSV],
  ['TEXT/CSV;Charset="UTF-8";header=present', CSV],
  ['text/csv ; charset = utf-8 ; q = 0.9 , application/json ; q = 0.8', CSV],
  ['application/x-ndjson; charset=utf-8', NDJSON],
  ['application/x-ndjson;profile="a, application/json;q=1";q=0.5, application/json;q=0.4', NDJSON],
  ['application/json; charset=utf-8', JSON_TYPE],
  ['text/csv;q=0.1, application/json;q=0.2', JSON_TYPE],
  ['application/json;q=0, */*', NDJSON],
  ['application/xml, */*;q=0.1', JSON_TYPE],
  ['text/html, image/gif, *; q=.2, */*; q=.2', JSON_TYPE],
  ['nonsense', JSON_TYPE],
  ['application/xml', undefined],
  ['application/xml; charset=utf-8, text/html', undefined],
  ['text/csv;q=0, text/html', undefined],
];

for (const [accept, type] of wishes) {
  test(`an export for Accept: ${accept ?? '(none)'}`, async () => {
    const answer = await send('POST', '/export/customers', ...(accept === undefined ? [] : [`Accept: ${accept}`]));
    if (type === undefined) {
      assertProblem(answer, 406);
      for (const one of ['application/json', 'application/x-ndjson', 'text/csv']) assert(answer.body.includes(one));
    } else assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, type]);
  });
}

test('events come for whoever asks for them, with any parameter', async () => {
  for (const accept of [
    'text/event-stream',
    'text/event-stream; charset=utf-8',
    'text/event-stream;q=0.9, */*;q=0.1',
  ]) {
    const { headers } = await send('HEAD', '/change', `Accept: ${accept}`);
    assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8', accept);
  }
  for (const accept of [
    '*/*',
    'application/json, text/event-stream',
    'text/event-stream;q=0.1, application/json',
    'application/xml',
  ]) {
    const { headers } = await send('HEAD', '/change', `Accept: ${accept}`);
    assert.equal(headers.get('content-type'), JSON_TYPE, accept);
  }
});
