import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createVirtualTime } from '../testing/virtual-time.ts';
import { createBudget } from './budget.ts';
import { startDeadline } from './deadline.ts';
import { createLimiter, type Permit } from './limiter.ts';
import { createMinuteWindow } from './minute-window.ts';

const ANSWERED = { kind: 'answered', tokens: 0 } as const;

function takeAll(limiter: ReturnType<typeof createLimiter>): Permit[] {
  const permits: Permit[] = [];
  for (let permit = limiter.tryTake(0); permit; permit = limiter.tryTake(0)) permits.push(permit);
  return permits;
}

test('overload halves the width once for all that were under way; answers widen it one by one', () => {
  const limiter = createLimiter(createVirtualTime(), 16);
  for (const permit of takeAll(limiter)) permit.end({ kind: 'overloaded' });
  assert.equal(limiter.width, 8);
  const second = takeAll(limiter);
  assert.equal(second.length, 8);
  for (const permit of second) permit.end(ANSWERED);
  assert.equal(limiter.width, 9);
  for (let round = 0; round < 5; round++)
    for (const permit of takeAll(limiter)) permit.end({ kind: 'overloaded' });
  assert.equal(limiter.width, 1);
  for (let answer = 0; answer < 200; answer++) limiter.tryTake(0)?.end(ANSWERED);
  assert.equal(limiter.width, 16);
});

test('Retry-After stops the endpoint for that long, first come first served, and a leaver makes room', async () => {
  const time = createVirtualTime(1_000);
  const limiter = createLimiter(time, 1);
  limiter.tryTake(0)?.end({ kind: 'overloaded', retryAfterMs: 2_000 });
  assert.equal(limiter.tryTake(0), undefined);
  const order: string[] = [];
  const leaving = new AbortController();
  const gone = limiter.wait(0, leaving.signal).catch(() => order.push('gone'));
  const next = limiter.wait(0, undefined).then((permit) => {
    order.push(`sent at ${time.now()}`);
    permit.end(ANSWERED);
  });
  await time.moveBy(1_999);
  leaving.abort();
  await time.moveBy(2);
  await Promise.all([gone, next]);
  assert.deepEqual(order, ['gone', 'sent at 3000']);
});

test('no 60 seconds hold more than the limits a minute', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 80 }),
      async (requestsPerMinute, gaps) => {
        const time = createVirtualTime(123);
        const limiter = createLimiter(time, 100, { requestsPerMinute });
        const sent: number[] = [];
        for (const gap of gaps) {
          void limiter.wait(1, undefined).then((permit) => {
            sent.push(time.now());
            permit.end(ANSWERED);
          });
          await time.moveBy(gap);
        }
        await time.moveBy(20 * 60_000 * Math.ceil(gaps.length / requestsPerMinute));
        assert.equal(sent.length, gaps.length);
        sent.forEach((at, index) => {
          const beyond = sent[index + requestsPerMinute];
          if (beyond !== undefined) assert.ok(beyond - at > 60_000 - 1e-6, `${beyond - at} ms`);
        });
      },
    ),
    { numRuns: 15 },
  );
});

test('tokens a minute count what was taken, not what was expected; more than a minute has passes alone', () => {
  const window = createMinuteWindow(100);
  assert.equal(window.roomAt(0, 5_000), 0);
  window.add(0, 90);
  assert.equal(window.roomAt(500, 20), 61_000);
  window.add(0, -60);
  assert.equal(window.roomAt(500, 20), 500);
  assert.equal(window.roomAt(61_500, 100), 61_500);
});

test('a budget sets aside what calls under way are expected to take', () => {
  const time = createVirtualTime();
  const budget = createBudget(time, { tokens: 100, requests: 12 }, { tokens: 40, requests: 2 });
  const first = budget.reserve({ tokens: 50, cost: 0 });
  assert.throws(() => budget.reserve({ tokens: 50, cost: 0 }), /budget of 100 tokens is spent: 40 so far/);
  first.settle({ tokens: 2, cost: 0.5 });
  for (let call = 0; call < 9; call++) budget.reserve({ tokens: 2, cost: 0 }).settle({ tokens: 2, cost: 0 });
  assert.deepEqual(budget.spent(), { cost: 0.5, tokens: 60, requests: 12, seconds: 0 });
  assert.throws(() => budget.reserve({ tokens: 1, cost: 0 }), { code: 'EVALUATION_BUDGET_SPENT' });
  assert.throws(
    () => createBudget(time, { seconds: 5 }, { seconds: 6 }).reserve({ tokens: 0, cost: 0 }),
    /seconds/,
  );
});

test('the clock of a case stands while it waits for its turn', async () => {
  const deadline = startDeadline(30);
  deadline.pause();
  await new Promise((settle) => setTimeout(settle, 60));
  assert.equal(deadline.expired, false);
  deadline.resume();
  await new Promise((settle) => deadline.signal.addEventListener('abort', settle));
  assert.equal(deadline.signal.reason.code, 'TASK_TIMED_OUT');
  const outer = new AbortController();
  const stopped = startDeadline(1_000, outer.signal);
  outer.abort('stopped');
  assert.equal(stopped.signal.reason, 'stopped');
  assert.equal(stopped.expired, false);
});
