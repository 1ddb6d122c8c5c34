import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Gate } from '../schema.ts';
import { type Evidence, judge } from './judge.ts';

type Rule = { rule: Gate['rule']; margin?: number; value?: number };

const decide = (gate: Rule, evidence: Partial<Evidence>) =>
  judge(Gate.parse({ metric: 'accuracy', ...gate }), {
    estimate: ((evidence.low ?? 0) + (evidence.high ?? 0)) / 2,
    low: 0,
    high: 0,
    n: 100,
    ...evidence,
  }).outcome;

test('better-than: the whole interval beyond the margin passes, the whole interval short of it fails', () => {
  assert.equal(decide({ rule: 'better-than' }, { low: 0.01, high: 0.05 }), 'pass');
  assert.equal(decide({ rule: 'better-than' }, { low: -0.05, high: -0.01 }), 'fail');
  assert.equal(decide({ rule: 'better-than' }, { low: -0.01, high: 0.05 }), 'undecided');
  assert.equal(decide({ rule: 'better-than' }, { low: 0, high: 0.05 }), 'undecided');
  assert.equal(decide({ rule: 'better-than', margin: 0.02 }, { low: 0.01, high: 0.05 }), 'undecided');
  assert.equal(decide({ rule: 'better-than', margin: 0.06 }, { low: 0.01, high: 0.05 }), 'fail');
});

test('no-worse-than: may be worse, but surely by less than the margin', () => {
  const gate = { rule: 'no-worse-than', margin: 0.03 } as const;
  assert.equal(decide(gate, { low: -0.02, high: 0.01 }), 'pass');
  assert.equal(decide(gate, { low: -0.09, high: -0.04 }), 'fail');
  assert.equal(decide(gate, { low: -0.05, high: 0.02 }), 'undecided');
});

test('equivalent: wholly within the margins, either way', () => {
  const gate = { rule: 'equivalent', margin: 0.03 } as const;
  assert.equal(decide(gate, { low: -0.02, high: 0.02 }), 'pass');
  assert.equal(decide(gate, { low: 0.04, high: 0.06 }), 'fail');
  assert.equal(decide(gate, { low: -0.06, high: -0.04 }), 'fail');
  assert.equal(decide(gate, { low: -0.02, high: 0.04 }), 'undecided');
});

test('at-least is a floor and at-most a ceiling, whichever way the metric runs', () => {
  const floor = { rule: 'at-least', value: 0.8 } as const;
  assert.equal(decide(floor, { low: 0.8, high: 0.9 }), 'pass');
  assert.equal(decide(floor, { low: 0.6, high: 0.7 }), 'fail');
  assert.equal(decide(floor, { low: 0.7, high: 0.9 }), 'undecided');
  const ceiling = { rule: 'at-most', value: 0.8 } as const;
  assert.equal(decide(ceiling, { low: 0.6, high: 0.8 }), 'pass');
  assert.equal(decide(ceiling, { low: 0.81, high: 0.9 }), 'fail');
  assert.equal(decide(ceiling, { low: 0.7, high: 0.9 }), 'undecided');
  const unbounded = { low: 0.5, high: Number.POSITIVE_INFINITY };
  assert.equal(decide(ceiling, unbounded), 'undecided');
  assert.equal(decide(floor, { ...unbounded, low: 0.9 }), 'pass');
});

test('undecided tells how many rows would decide', () => {
  const gate = Gate.parse({ metric: 'accuracy', rule: 'better-than' });
  const judged = judge(gate, { estimate: 0.01, low: -0.01, high: 0.03, n: 100 });
  assert.deepEqual(judged, { outcome: 'undecided', neededN: 400 });
  const never = judge(gate, { estimate: 0, low: -0.01, high: 0.01, n: 100 });
  assert.deepEqual(never, { outcome: 'undecided' });
});

test('a gate is never passed and failed at once, and a wider interval never decides more', () => {
  const bounds = fc.tuple(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 0.5, noNaN: true }),
  );
  const rules = fc.constantFrom<Rule>(
    { rule: 'better-than', margin: 0.1 },
    { rule: 'no-worse-than', margin: 0.1 },
    { rule: 'equivalent', margin: 0.1 },
    { rule: 'at-least', value: 0.1 },
  );
  fc.assert(
    fc.property(
      rules,
      bounds,
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      (gate, [estimate, half], wider) => {
        const narrow = decide(gate, { estimate, low: estimate - half, high: estimate + half });
        const wide = decide(gate, { estimate, low: estimate - half - wider, high: estimate + half + wider });
        assert.ok(wide === narrow || wide === 'undecided');
      },
    ),
  );
});
