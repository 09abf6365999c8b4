import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { isPublic } from './address.ts';

test('the addresses of this machine are not public, those of others are', () => {
  for (const { address } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    assert.equal(isPublic(address), false, address);
  }
  assert.equal(isPublic('93.184.215.14'), true);
  assert.equal(isPublic('2606:2800:21f:cb07:6820:80da:af6b:8b2c'), true);
});
