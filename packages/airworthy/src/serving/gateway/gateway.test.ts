import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { createBreaker } from './breaker.ts';
import { createBudgets, periodOf } from './budgets.ts';
import { GatewayConfig } from './config.ts';
import { readFormField, replaceFormField } from './form-field.ts';
import { hideCounts } from './hide-counts.ts';
import { createKeptText } from './kept-text.ts';
import { planCall } from './resolve-model.ts';

const CHUNK = 'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null}';
const COUNTS = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}';
const FILTERED = 'data: {"choices":[],"prompt_filter_results":[]}';

/** The text in pieces of these sizes. */
function cut(text: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0, next = 0; at < bytes.length; next++) {
    const size = sizes[next % sizes.length];
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

test('counts that the client did not ask for are taken out of a stream, however it is cut', async () => {
  const events = fc.array(fc.constantFrom(CHUNK, COUNTS, FILTERED, ': keep-alive', 'data: [DONE]'));
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(events, sizes, fc.constantFrom('\n\n', '\r\n\r\n'), async (sent, cuts, end) => {
      const text = sent.map((event) => event + end).join('');
      const seen: Buffer[] = [];
      const passed = Readable.from(cut(text, cuts)).pipe(hideCounts((chunk) => seen.push(chunk)));
      const got = Buffer.concat(await passed.toArray()).toString();
      const expected = sent.filter((event) => event !== COUNTS).map((event) => event + end);
      assert.equal(got, expected.join(''));
      assert.equal(Buffer.concat(seen).toString(), text);
    }),
    { numRuns: 50 },
  );
});

test('a field of a form is read and replaced wherever it stands; a file of that name is no field', () => {
  const part = (head: string, body: string) =>
    `--b0undary\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
  const file = part(
    'name="file"; filename="model.wav"\r\nContent-Type: audio/wav',
    'RIFF\r\n\r\nname="model"',
  );
  const posing = part('name="model"; filename="x"', 'not this');
  const field = part('name="model"', 'whisper-1');
  const other = part('name="language"', '');
  for (const parts of [
    [file, field, other],
    [field, file],
    [other, posing, file, field],
  ]) {
    const form = Buffer.from(`${parts.join('')}--b0undary--\r\n`);
    assert.equal(readFormField(form, 'model'), 'whisper-1');
    assert.equal(readFormField(form, 'temperature'), undefined);
    const replaced = replaceFormField(form, 'model', 'big');
    assert.equal(replaced.toString(), form.toString().replace('whisper-1', 'big'));
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readFormField(Buffer.from(bytes), 'model')));
});

test('a breaker closes at half of twenty calls within ten seconds, and lets one through after five', () => {
  const breaker = createBreaker();
  const call = (now: number, failed: boolean) => {
    assert.ok(breaker.admits(now));
    breaker.end(now, failed);
  };
  for (let index = 0; index < 10; index++) call(index, true);
  for (let index = 0; index < 9; index++) call(11_000 + index, true);
  call(11_010, false);
  assert.ok(breaker.admits(11_020), 'what is older than the window does not count');
  breaker.end(11_020, true);
  for (let index = 0; breaker.closedFor(11_100) === 0 && index < 50; index++) call(11_100, true);
  assert.equal(breaker.admits(15_000), false);
  assert.equal(breaker.admits(16_101), true);
  assert.equal(breaker.admits(16_102), false, 'one at a time');
  breaker.end(16_200, true);
  assert.equal(breaker.admits(21_000), false);
  assert.equal(breaker.admits(21_201), true);
  breaker.end(21_300, false);
  assert.equal(breaker.admits(21_300), true);
});

test('a route splits by weight, and keeps a user where it was', () => {
  const config = GatewayConfig.parse({
    providers: { a: { url: 'http://a/v1' }, b: { url: 'http://b/v1' } },
    routes: {
      split: {
        targets: [
          { provider: 'a', model: 'm', weight: 3 },
          { provider: 'b', model: 'm', weight: 1 },
        ],
      },
    },
  });
  const providerOf = (user: string) =>
    planCall('split', { user, traceId: '' }, { config, env: {} }).targets[0].provider;
  const users = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);
  const share = users.filter((user) => providerOf(user) === 'a').length / users.length;
  assert.ok(Math.abs(share - 0.75) < 0.04, `${share}`);
  assert.deepEqual(users.map(providerOf), users.map(providerOf));
  const plain = planCall('openai/gpt', { traceId: '', upstream: 'http://up/v1' }, { config, env: {} });
  assert.deepEqual(
    [plain.direct, plain.targets[0].model, plain.targets[0].url],
    [true, 'openai/gpt', 'http://up/v1'],
  );
  assert.equal(GatewayConfig.safeParse({ providers: { x: {} } }).success, false);
  assert.equal(
    GatewayConfig.safeParse({ routes: { r: { targets: [{ provider: 'x', model: 'm' }] } } }).success,
    false,
  );
});

test('budgets hold what is under way, begin anew, and are not overspent by what settles late', async () => {
  let now = Date.UTC(2026, 0, 31, 23, 59);
  const { budgets: config } = GatewayConfig.parse({
    budgets: [
      { name: 'all', period: 'day', cost: 1 },
      { name: 'each', scope: 'user', period: 'month', tokens: 100, hard: false },
    ],
  });
  const budgets = createBudgets(config, () => now);
  const scopes = { project: 'p', user: 'u', route: '', model: 'm', provider: 'o' };
  const held = budgets.reserve(scopes, { tokens: 90, cost: 0.6 });
  assert.throws(() => budgets.reserve(scopes, { tokens: 1, cost: 0.6 }), { code: 'GATEWAY_BUDGET_SPENT' });
  held.settle({ tokens: 90, cost: 0.2 });
  budgets.reserve(scopes, { tokens: 50, cost: 0.6 }).settle({ tokens: 50, cost: 0.7 });
  assert.deepEqual(
    budgets.states().map(({ state, spent }) => [state, Number(spent.toFixed(6))]),
    [
      ['near', 0.9],
      ['spent', 140],
    ],
  );
  const read = async () => new Map([['p', { tokens: 0, cost: 0.95 }]]);
  await budgets.reload(read, () => [{ scopes, taken: { tokens: 0, cost: 0.04 } }]);
  assert.equal(budgets.states()[0].spent.toFixed(6), '0.990000');
  now += 60_000;
  assert.equal(budgets.states()[0].spent, 0);
  assert.equal(periodOf('month', now).start, Date.UTC(2026, 1, 1));
});

test('of a long stream the beginning and the end are kept', () => {
  const kept = createKeptText();
  for (let index = 0; index < 300; index++) kept.add(Buffer.alloc(10_000, 'x'));
  kept.add(Buffer.from('the end'));
  assert.ok(kept.text().endsWith('xthe end'));
  assert.ok(kept.text().length < 1.2e6);
});
