import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockFrom, createVirtualClock } from './clock.ts';

test('a virtual clock stands still until it is moved', () => {
  const clock = createVirtualClock(1_000);
  assert.equal(clock.now(), 1_000);
  clock.moveTo(5_000);
  assert.equal(clock.now(), 5_000);
});

test('a clock set to another time goes on as fast as the one beside it', () => {
  const beside = createVirtualClock(50);
  const clock = createClockFrom(1_000_000, beside);
  beside.moveTo(80);
  assert.equal(clock.now(), 1_000_030);
});
