import assert from 'node:assert/strict';
import { test } from 'node:test';
import { multinomialDraw } from '../draws.ts';
import { createRandom } from '../random.ts';
import { type BudgetColumn, falseAlarmBudget } from './false-alarms.ts';

const POLICY = { rule: { q: 0.001, effect: 0.1 }, windowsInARow: 2, days: 90, seed: 1 };

/** Windows of 1,000 rows over ten places that lean one way or the other, each by its own amount. */
function leaning(column: string, leans: readonly number[]): BudgetColumn {
  const random = createRandom(column);
  const windows = leans.map((lean) => {
    const shares = Float64Array.from({ length: 10 }, (_, place) => 1 + (lean * (place - 4.5)) / 4.5);
    const counts = new Float64Array(10);
    multinomialDraw(random, shares, counts, 1000);
    return [...counts];
  });
  const reference = windows[0].map((_, place) => windows.reduce((sum, window) => sum + window[place], 0));
  return { column, reference, windows };
}

const calm = (column: string) => leaning(column, new Array<number>(28).fill(0));

test('windows like one another raise no line', () => {
  const { expected, low, high, windows, floors } = falseAlarmBudget({
    columns: [calm('a'), calm('b')],
    ...POLICY,
  });
  assert.deepEqual(
    { expected, low, high, windows, floors },
    { expected: 0, low: 0, high: 0, windows: 28, floors: {} },
  );
});

test('windows of few rows are replayed several at a time, and too few of them not at all', () => {
  const thin = calm('a').windows.map((window) => window.map((count) => Math.floor(count / 10)));
  const whole = thin[0].map((_, place) => thin.reduce((sum, window) => sum + window[place], 0));
  const budget = (windows: number[][]) =>
    falseAlarmBudget({ columns: [{ column: 'a', reference: whole, windows }], ...POLICY }).windows;
  // About 95 rows each: three reach 200.
  assert.equal(budget(thin), 9);
  assert.equal(budget(thin.slice(0, 18)), 0);
  assert.equal(budget([]), 0);
});

test('a column that leans in one week of eight gets a floor of its own, and others do not', () => {
  const leans = Array.from({ length: 56 }, (_, day) => (day < 7 ? 0.9 : 0));
  const columns = [leaning('leaning', leans), leaning('calm', new Array<number>(56).fill(0))];
  const { expected, floors } = falseAlarmBudget({ columns, ...POLICY });
  assert.ok(expected < 1, `${expected}`);
  assert.deepEqual(Object.keys(floors), ['leaning']);
  assert.ok(floors.leaning > 0.1);
});

test('a column that always leans one way or the other is not told of: that is how its days are', () => {
  const leans = Array.from({ length: 28 }, (_, day) => (Math.floor(day / 7) % 2 === 0 ? 0.9 : -0.9));
  const { expected, floors } = falseAlarmBudget({ columns: [leaning('leaning', leans)], ...POLICY });
  assert.ok(expected < 0.5, `${expected}`);
  assert.deepEqual(floors, {});
});

test('the same seed gives the same budget', () => {
  const columns = ['a', 'b'].map((name) => leaning(name, [0.9, 0.9, 0.9, -0.9, -0.9, -0.9]));
  assert.deepEqual(falseAlarmBudget({ columns, ...POLICY }), falseAlarmBudget({ columns, ...POLICY }));
});

test('a reference without windows, without rows or without columns has a budget too', () => {
  const columns = [
    { column: 'even', reference: [500, 500], windows: [] },
    { column: 'constant', reference: [0, 1000, 0], windows: [] },
    { column: 'empty', reference: [0, 0], windows: [] },
    { column: 'no places', reference: [], windows: [] },
  ];
  assert.equal(falseAlarmBudget({ columns, ...POLICY }).expected, 0);
  assert.equal(falseAlarmBudget({ columns: [], ...POLICY }).expected, 0);
  const empty = {
    column: 'empty days',
    reference: [5, 5],
    windows: [
      [0, 0],
      [5, 5],
      [0, 0],
    ],
  };
  assert.equal(falseAlarmBudget({ columns: [empty], ...POLICY }).expected, 0);
});

test('a rule that any difference satisfies is mended by floors', () => {
  const rule = { q: 1, effect: 0 };
  const { expected, floors } = falseAlarmBudget({ columns: [calm('a')], ...POLICY, rule, windowsInARow: 1 });
  assert.ok(expected < 1 && floors.a > 0, `${expected}`);
});
