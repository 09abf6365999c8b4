import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { type AnyStatement, read, write } from './statement.ts';

/** The statements in what a module exports, also in its lists and objects. */
function* statementsIn(value: unknown): Generator<AnyStatement> {
  if (typeof value !== 'object' || value === null) return;
  if ('compiled' in value) yield value as AnyStatement;
  else for (const part of Object.values(value)) yield* statementsIn(part);
}

test('every statement compiles in both dialects, and names what it must', async () => {
  let count = 0;
  for (const file of globSync('server/src/**/{queries,*-queries}.ts')) {
    for (const { compiled } of statementsIn({ ...(await import(resolve(file))) })) {
      assert.match(compiled.sqlite.sql, /\w/);
      assert.match(compiled.postgres.sql, /\w/);
      count += 1;
    }
  }
  assert(count > 150, `${count} statements were found`);
});

test('a statement that does not name its client is never run', () => {
  const all = read((db) => db.selectFrom('customer').select('email'));
  assert.throws(() => all.compiled.sqlite, /must name clientId/);
  const none = write((db, p) => db.deleteFrom('webhook').where('webhook_id', '=', p.clientId));
  assert.doesNotThrow(() => none.compiled.postgres);
});

test('a constant in a statement is refused: each value would be a statement of its own', () => {
  const constant = read<object, { email: string }>((db, p) =>
    db.selectFrom('customer').select('email').where('client_id', '=', p.clientId).where('credit', '=', 5),
  );
  assert.throws(() => constant.compiled.postgres, /must be written into the statement/);
});
