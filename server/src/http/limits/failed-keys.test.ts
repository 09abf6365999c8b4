import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailedKeys } from './failed-keys.ts';

const MOST = 5000;

test('of very many addresses the oldest are forgotten', () => {
  const failed = new FailedKeys();
  for (let at = 0; at < MOST; at += 1) failed.enter('192.0.2.1');
  assert.throws(() => failed.enter('192.0.2.1'), { code: 'too-many-requests' });
  for (let at = 0; at < 10_000; at += 1) failed.enter(`2001:db8:${at.toString(16)}::1`);
  failed.enter('192.0.2.1');
});
