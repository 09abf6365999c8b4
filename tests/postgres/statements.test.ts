/** The listener of the suite (see harness/setup.ts) recognises a statement that does not name its client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOG_PREFIX, namelessTables, Statements } from '../harness/statements.ts';

test('a statement must name the client of every table that it reaches', () => {
  const good = [
    'select "email" from "customer" where "client_id" = $1 and "customer_id" = $2',
    'insert into "client_type" ("client_id", "name") values ($1, $2)',
    'update "customer" set "city" = $1 where "client_id" = $2',
    'delete from customer_change where client_id = $1 and change_number > $2',
    'select "c"."name" from "client" as "c" inner join "client_counter" as "n" on "n"."client_id" = "c"."client_id"',
    'select "client_id" from "client" limit 1',
    'select pg_advisory_xact_lock(1)',
  ];
  for (const sql of good) assert.deepEqual(namelessTables(sql), [], sql);
  const offending: Readonly<Record<string, string[]>> = {
    'select "client_id", "email" from "customer"': ['customer'],
    'select "email" from "customer" where "customer_id" = $1': ['customer'],
    'insert into "client_type" ("name") values ($1)': ['client_type'],
    'update "customer" set "client_id" = $1': ['customer'],
    'delete from "api_key" where "key_id" = $1': ['api_key'],
    'select 1 from "customer" as "c" inner join "customer_change" as "h" on "h"."kind" = $2 where "c"."client_id" = $1':
      ['customer_change'],
  };
  for (const [sql, tables] of Object.entries(offending)) assert.deepEqual(namelessTables(sql), tables, sql);
});

test('it hears the statements of the service, and of nobody else, however the log is cut', () => {
  const entry = (program: string, text: string): string => `${LOG_PREFIX.replace('%a', program)}LOG:  ${text}\n`;
  const log =
    entry('foyer', 'execute foyer_1: select\n  1') +
    entry('', 'statement: drop x') +
    entry('foyer', 'statement: begin');
  const statements = new Statements();
  for (const character of log) statements.hear(character);
  assert.deepEqual(statements.all(), ['select\n  1', 'begin']);
});
