import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../stats/random.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import { meanMetric, sampleOfValues } from '../measuring/sample-of-values.ts';
import { SuiteVerdict } from '../report/schema.ts';
import { decideSequentially, decideSuiteGates } from './decide-suite-gates.ts';
import type { GateBaseline, SuiteGateInput } from './gate-input.ts';
import { isLetThrough } from './let-through.ts';
import { planGates } from './plan-gates.ts';
import { SuiteGate } from './schema.ts';
import { discordantSequence } from './sequential-figure.ts';
import { staleMetrics } from './stale-metrics.ts';
import { worstOutcome } from './stored-verdicts.ts';

const EXACT = meanMetric('exact', { binary: true });
const NO_WORSE = SuiteGate.parse({ metric: 'exact', rule: 'no-worse-than', margin: 0.03 });

/** So many cases with a pass rate, by seed. */
function passing(n: number, rate: number, seed: string): number[] {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => (random.next() < rate ? 1 : 0));
}

const sample = (values: readonly number[], clusters?: readonly unknown[]): MetricSample =>
  sampleOfValues(EXACT, values, clusters);

const baselineOf = (values: readonly number[], rest: Partial<GateBaseline> = {}): GateBaseline => ({
  ...{ name: 'main', evaluation: 'b'.repeat(32), task: 'answer' },
  samples: new Map([['exact', sample(values)]]),
  pairs: Int32Array.from(values, (_, position) => position),
  ...rest,
});

function decide(values: readonly number[], rest: Partial<SuiteGateInput> = {}): SuiteVerdict[] {
  const verdicts = decideSuiteGates({
    ...{ suite: 'support', evaluation: 'a'.repeat(32), task: 'answer', run: 'f'.repeat(32), role: 'dev' },
    samples: new Map([['exact', sample(values)]]),
    slices: [],
    gates: [NO_WORSE],
    baseline: baselineOf(values),
    ...rest,
  });
  for (const verdict of verdicts) assert.deepEqual(SuiteVerdict.parse(verdict), verdict);
  return verdicts;
}

const half = passing(400, 0.5, 'half');
const worse = half.map((value, row) => (row % 8 === 0 ? 0 : value));

test('pass, fail and undecided say what they rest on, and what it would take', () => {
  const [pass] = decide(half, { baseline: baselineOf(half) });
  assert.match(
    pass.sentence,
    /^Pass: exact is the same as that of the baseline "main" \(95 % interval -0\.010 to 0\.010, n = 400, paired score \(Tango\)\); asked: worse by less than 0\.03\.$/,
  );
  const gate = SuiteGate.parse({ metric: 'exact', rule: 'no-worse-than', margin: 0.01 });
  const [fail] = decide(worse, { gates: [gate], baseline: baselineOf(half) });
  assert.equal(fail.outcome, 'fail');
  const few = passing(60, 0.7, 'few');
  const [undecided] = decide(few, { baseline: baselineOf(few), costPerCase: 0.002 });
  assert.equal(undecided.outcome, 'undecided');
  assert.equal(undecided.neededCost, Number(undecided.neededN) * 0.002);
  assert.match(
    undecided.sentence,
    /About \d+ cases would decide it if the estimate holds, at a cost of about 0\.\d+\.$/,
  );
  assert.ok(Number(undecided.detectable) > 0.03);
});

test('what cannot be judged is never a pass', () => {
  const refused = (rest: Partial<SuiteGateInput>, values = half) => {
    const [{ outcome, reason }] = decide(values, rest);
    return `${outcome} ${reason}`;
  };
  assert.equal(refused({ baseline: null }), 'undecided no-baseline');
  const pairs = Int32Array.from(half, (_, row) => (row < 375 ? row : -1));
  assert.equal(refused({ baseline: baselineOf(half, { pairs }) }), 'undecided pairing');
  const skipping = sample(half);
  for (let row = 0; row < 40; row++) skipping.scored[row] = 0;
  const skippedThere = baselineOf(half, { samples: new Map([['exact', skipping]]) });
  assert.equal(refused({ baseline: skippedThere }), 'undecided pairing');
  const stale = new Map([['exact', 'the baseline is of other cases']]);
  assert.equal(refused({ baseline: baselineOf(half, { stale }) }), 'undecided baseline-stale');
  assert.equal(
    refused({ uncalibrated: new Map([['exact', 'nobody checked it']]) }),
    'undecided judge-uncalibrated',
  );
  assert.equal(refused({ overlap: '3 held-out cases are in training' }), 'error held-out-overlap');
  assert.equal(refused({ stopped: 'the budget is spent' }), 'undecided budget');
  assert.equal(
    refused(
      {},
      half.map(() => Number.NaN),
    ),
    'error no-scores',
  );
  const gates = [SuiteGate.parse({ metric: 'exact', rule: 'at-least', value: 0.38 })];
  assert.equal(refused({ gates, baseline: null }), 'pass undefined');
  const holes = half.map((value, row) => (row % 6 === 0 ? Number.NaN : value));
  assert.equal(refused({ gates, baseline: null }, holes), 'undecided missing-scores');
});

test('slices: too few cases say nothing, failures are corrected, the worst is named', () => {
  const slices = Array.from({ length: 4 }, (_, slice) => ({
    ...{ name: `lang=${'abcd'[slice]}`, column: 'lang' },
    rows: Int32Array.from({ length: slice === 3 ? 20 : 120 }, (_, row) => slice * 120 + row),
  }));
  const gate = SuiteGate.parse({ metric: 'exact', rule: 'no-worse-than', margin: 0.02, slices: ['lang'] });
  const broken = half.map((value, row) => (row < 120 ? 0 : value));
  const verdicts = decide(broken, { gates: [gate], slices, baseline: baselineOf(half) });
  assert.deepEqual(
    verdicts.map(({ slice, outcome, reason, correction }) => [slice, outcome, reason, correction]),
    [
      ['lang=a', 'fail', undefined, 'Holm over 3 slices'],
      ['lang=b', 'undecided', undefined, 'Holm over 3 slices'],
      ['lang=c', 'undecided', undefined, 'Holm over 3 slices'],
      ['lang=d', 'undecided', 'insufficient', 'Holm over 3 slices'],
    ],
  );
  assert.ok(Math.abs(verdicts[0].confidence - (1 - 0.05 / 3)) < 1e-12);
  const [overall] = decide(broken, { slices, baseline: baselineOf(half) });
  assert.match(overall.sentence, /Worst slice: lang=a at -0\.\d+ \(n = 120, -0\.\d+ to -0\.\d+\)\.$/);
  const level = SuiteGate.parse({ metric: 'exact', rule: 'at-least', value: 0.1 });
  assert.match(decide(broken, { gates: [level], slices })[0].sentence, /Worst slice: lang=a at 0\.0\d+ /);
});

test('a regression suite asks every case to pass', () => {
  const all = new Array(50).fill(1);
  const outcome = (values: number[]) => decide(values, { role: 'regression', gates: [] })[0];
  assert.equal(outcome(all).sentence, 'Pass: exact passes on each of the 50 cases.');
  assert.equal(outcome([...all, 0]).outcome, 'fail');
  assert.equal(outcome([...all, Number.NaN]).reason, 'missing-scores');
  const cut = decide(all, { role: 'regression', gates: [], stopped: 'the budget is spent' })[0];
  assert.deepEqual([cut.outcome, cut.reason], ['undecided', 'budget']);
  const uncalibrated = new Map([['exact', 'nobody checked the judge']]);
  for (const values of [all, [...all, 0]]) {
    const judged = decide(values, { role: 'regression', gates: [], uncalibrated })[0];
    assert.deepEqual([judged.outcome, judged.reason], ['undecided', 'judge-uncalibrated']);
  }
});

test('a regression suite does not ask for a metric that every case skips, where there is another', () => {
  const none = { ...sample([Number.NaN, Number.NaN]), missing: new Float64Array(2) };
  const skipped = { ...none, counts: { scored: 0, skipped: 2, unscorable: 0, error: 0 } };
  const asked = (samples: [string, MetricSample][]) =>
    decide([1, 1], { role: 'regression', gates: [], samples: new Map(samples) }).map(
      ({ outcome, reason }) => reason ?? outcome,
    );
  assert.deepEqual(
    asked([
      ['exact', sample([1, 1])],
      ['irrelevance', skipped],
    ]),
    ['pass'],
  );
  assert.deepEqual(asked([['irrelevance', skipped]]), ['no-scores']);
});

test('a look at held-out rows has its share of alpha', () => {
  const [verdict] = decide(half, { role: 'held-out', looks: { number: 3, budget: 20 } });
  assert.ok(Math.abs(verdict.confidence - 0.9975) < 1e-12);
  assert.equal(verdict.correction, 'alpha / 20 looks');
});

test('extend is judged by what may be looked at again and again', () => {
  const gate = SuiteGate.parse({ metric: 'exact', rule: 'better-than', onUndecided: 'extend' });
  const better = half.map((value, row) => (row % 5 === 0 ? 1 : value));
  const asked = {
    ...({
      suite: 's',
      evaluation: 'e',
      task: 't',
      run: 'r',
      role: 'dev',
      slices: [],
      plannedCases: 400,
    } as const),
    samples: new Map([['exact', sample(better)]]),
    baseline: baselineOf(half),
    gates: [NO_WORSE, gate],
  };
  const [verdict, ...others] = decideSequentially(asked);
  assert.equal(others.length, 0);
  assert.deepEqual([verdict.outcome, verdict.method], ['pass', 'discordant e-value (anytime)']);
  const clusters = Int32Array.from(half, (_, row) => Math.floor(row / 4));
  const clustered = { ...asked, samples: new Map([['exact', sample(better, [...clusters])]]) };
  assert.match(
    decideSequentially(clustered)[0].method,
    /^confidence sequence \(anytime\), paired clustered t$/,
  );
  const { low, high } = discordantSequence(9, 2, 100, 0.05);
  assert.ok(low < 0 && high > 0 && discordantSequence(12, 1, 100, 0.05).low > 0);
});

test('a baseline goes stale with its cases or its scorers', () => {
  const scorers = [{ digest: 'x', metrics: [{ name: 'exact' }] }];
  const one = { casesDigest: 'c', spec: { partial: false, scorers } };
  const rescored = {
    ...one,
    spec: { partial: false, scorers: [{ digest: 'y', metrics: [{ name: 'exact' }] }] },
  };
  assert.equal(staleMetrics(one, one).size, 0);
  assert.match(String(staleMetrics(one, rescored).get('exact')), /scored otherwise/);
  assert.match(String(staleMetrics(one, { ...one, casesDigest: 'd' }).get('exact')), /other cases/);
  assert.equal(staleMetrics({ casesDigest: 'p', spec: { partial: true, scorers } }, one).size, 0);
});

test('the plan says before any spending what a gate can decide', () => {
  const gate = SuiteGate.parse({ metric: 'exact', rule: 'no-worse-than', margin: 0.03, confidence: 0.9 });
  const plan = (n: number) =>
    planGates({ gates: [gate], metrics: [EXACT], n, clusters: n, costPerCase: 0.01 })[0];
  // Published operating characteristics of this rule: 21, 37, 59, 80 and 98 % pass.
  for (const [n, pass] of [
    [100, 0.21],
    [200, 0.37],
    [400, 0.59],
    [700, 0.8],
    [1500, 0.98],
  ]) {
    assert.ok(Math.abs(Number(plan(n).power?.pass) - pass) < 0.02, `${n}: ${plan(n).power?.pass}`);
  }
  assert.ok(Math.abs(Number(plan(100).neededN) - 700) < 40, String(plan(100).neededN));
  assert.equal(plan(100).neededCost, Number(plan(100).neededN) * 0.01);
  assert.deepEqual(plan(100).spread, { kind: 'discordant', value: 0.1, from: 'assumed' });
});

test('the worst gate decides, but what is only warned of', () => {
  const of = (outcome: SuiteVerdict['outcome'], onUndecided: SuiteVerdict['onUndecided'] = 'fail') => ({
    outcome,
    onUndecided,
  });
  assert.equal(worstOutcome([]), null);
  assert.equal(worstOutcome([of('pass'), of('undecided', 'warn')]), 'undecided');
  assert.ok(isLetThrough(of('undecided', 'warn')));
  assert.ok(!isLetThrough(of('undecided')));
  assert.ok(!isLetThrough({ ...of('undecided', 'warn'), reason: 'judge-uncalibrated' }));
  assert.equal(worstOutcome([of('fail'), of('undecided'), of('error')]), 'error');
});
