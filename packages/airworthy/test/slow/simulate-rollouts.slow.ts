import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REGRESSIONS, SAME, summarise } from '../../../../bench/rollout-simulation.ts';

/** The standard error of a share of 5 % is 2.2 points, of 95 % too. */
const ROUNDS = 100;

for (const scenario of SAME)
  test(`two equal versions, ${scenario.name}: hardly any is rolled back`, () => {
    const { rolledBack, promoted } = summarise(
      scenario,
      scenario.name.includes('accuracy') ? ROUNDS / 4 : ROUNDS,
    );
    assert.ok(rolledBack <= 0.05, String(rolledBack));
    assert.ok(promoted >= 0.9, String(promoted));
  });

for (const scenario of REGRESSIONS)
  test(`${scenario.name}: rolled back within ${scenario.bound} requests`, () => {
    const found = summarise(scenario, ROUNDS);
    assert.ok(found.within >= 0.95, JSON.stringify(found));
  });
