/**
 * The statements that find many rows by a list look each up by an index: otherwise they read all rows of the client.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyStatement } from '../../server/src/db/statement.ts';
import * as clientTypes from '../../server/src/features/client-types/queries.ts';
import * as customers from '../../server/src/features/customers/queries.ts';
import * as search from '../../server/src/features/search/queries.ts';
import { makeDatabase } from '../harness/database.ts';

/** What is looked up for each element of the list. */
const cases: readonly (readonly [name: string, statement: AnyStatement, column: RegExp])[] = [
  ['customersByEmails', customers.customersByEmails, /client_id=\? AND email_key=\?/],
  ['customersByReferences', customers.customersByReferences, /client_id=\? AND external_id=\?/],
  ['customersByIds', customers.customersByIds, /client_id=\? AND customer_id=\?/],
  ['clientTypesByKeys', clientTypes.clientTypesByKeys, /client_id=\? AND name_key=\?/],
  ['tagsOf', clientTypes.tagsOf, /client_id=\? AND customer_id=\?/],
  ['changesOf', search.changesOf, /client_id=\? AND customer_id=\?/],
];

test('each row of a list is looked up by an index', async () => {
  await using database = await makeDatabase('sqlite');
  for (const [name, { compiled }, column] of cases) {
    const { sql } = compiled.sqlite;
    const plan = (await database.rows(`explain query plan ${sql.replaceAll('?', 'null')}`)).map((row) => row.detail);
    assert(
      plan.some((step) => column.test(String(step))),
      `${name}\n${plan.join('\n')}`,
    );
  }
});
