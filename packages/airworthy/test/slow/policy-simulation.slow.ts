import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkBudget,
  detectionDelay,
  shareFlagged,
  shareOfDays,
} from '../../../../bench/policy-simulation.ts';

/** What `npm run simulate:policy` prints at length, seeded and so the same each time. */

test('days that wobble harmlessly raise no alarm, where p-values raise one nearly every day', () => {
  for (const rowsPerDay of [200, 1000, 10_000]) {
    for (const wobble of [0.05, 0.1]) {
      const shares = shareOfDays({ columns: 30, rowsPerDay, wobble }, 10, 30);
      const what = `${rowsPerDay} rows a day, wobble ${wobble}: ${shares.map((share) => share.toFixed(3))}`;
      console.log(what);
      assert.ok(shares[0] > 0.8, what);
      assert.equal(shares[shares.length - 1], 0, what);
    }
  }
});

test('shifts of 0.4 to 1 sd are told of in two to three windows, of 0.2 sd not', () => {
  for (const rowsPerDay of [200, 1000, 10_000]) {
    for (const shift of [0.4, 0.5, 1]) {
      const { detected, windows } = detectionDelay(shift, rowsPerDay, 40);
      console.log(`${rowsPerDay} rows, ${shift} sd: ${detected} in ${windows.toFixed(1)} windows`);
      assert.ok(
        detected === 1 && windows >= 2 && windows <= 3,
        `${rowsPerDay} rows, ${shift} sd: ${windows}`,
      );
    }
    assert.ok(detectionDelay(0.2, rowsPerDay, 40).detected <= 0.05);
  }
});

test('of columns without drift the peers’ rules flag many at small windows, ours next to none', () => {
  const shares = shareFlagged(2000, 100, 300);
  console.log(shares);
  assert.ok(shares['Wasserstein / sd ≥ 0.1 (Evidently)'] > 0.6);
  assert.ok(shares['JS ≥ 0.1, 20 words (Evidently)'] > 0.95);
  assert.ok(shares['PSI ≥ 0.1, deciles'] > 0.3);
  assert.ok(shares['Airworthy, one window'] <= 0.01);
});

test('fresh days raise no more lines than the budget that was stated for them', () => {
  for (const wobble of [0.05, 0.1]) {
    const { stated, seen, raised } = checkBudget({ columns: 10, rowsPerDay: 1000, wobble }, 10, 5);
    console.log(`wobble ${wobble}: stated ${stated.toFixed(2)}, seen ${seen.toFixed(2)}, raised ${raised}`);
    assert.ok(seen <= stated + 0.02 && stated < 1, `${seen} lines, ${stated} stated`);
  }
  const unruly = checkBudget({ columns: 10, rowsPerDay: 1000, wobble: 0.3 }, 10, 5);
  console.log('wobble 0.3:', unruly);
  // Floors are chosen on thirty days, and hold for other days but roughly.
  assert.ok(unruly.raised > 0.5 && unruly.seen < 2.5, `${unruly.seen} lines`);
});
