import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareMetric } from '../../src/evaluation/compare-metric.ts';
import { estimateMetric } from '../../src/evaluation/estimate-metric.ts';
import { type Judgement, judge } from '../../src/evaluation/gates/judge.ts';
import { pairedCountsInterval } from '../../src/evaluation/measuring/mean-difference.ts';
import { Gate } from '../../src/evaluation/schema.ts';
import { metricsFor, metricValue } from '../../src/stats/metric-catalogue.ts';
import type { MetricName } from '../../src/stats/metric-names.ts';
import { binaryOutcomes, type Outcomes, regressionOutcomes } from '../../src/stats/outcomes.ts';
import { createRandom, type Random } from '../../src/stats/random.ts';

/** Whether verdicts err as seldom as they say is shown by simulation, seeded so that it is no matter of luck. */
const ROUNDS = 1000;
/** Of metrics whose intervals resample within each round, which is what takes the time. */
const RESAMPLED_ROUNDS = 300;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A classifier's rows, and those of another as good: each sees the truth through noise of its own. */
function classified(random: Random, n: number): [Outcomes, Outcomes] {
  const y = new Uint8Array(n);
  const scores = [new Float64Array(n), new Float64Array(n)];
  for (let row = 0; row < n; row++) {
    const margin = 1.5 * random.normal() - 0.5;
    y[row] = random.next() < sigmoid(margin) ? 1 : 0;
    for (const model of scores) model[row] = sigmoid(margin + 0.7 * random.normal());
  }
  return [binaryOutcomes(y, scores[0]), binaryOutcomes(y, scores[1])];
}

function regressed(random: Random, n: number): [Outcomes, Outcomes] {
  const y = Float64Array.from({ length: n }, () => 3 * random.normal());
  const noisy = () => y.map((value) => value + random.normal());
  return [regressionOutcomes(y, noisy()), regressionOutcomes(y, noisy())];
}

const KINDS = [
  { draw: classified, metrics: metricsFor('binary') },
  // A relative error of a target around 0 has no mean to cover.
  { draw: regressed, metrics: metricsFor('regression').filter((metric) => metric !== 'mape') },
];

interface Trial {
  succeeds: boolean;
  method: string;
}

interface Rate {
  share: number;
  rounds: number;
}

/** How often each metric's trial succeeds. */
function rates(
  trial: (metric: MetricName, pair: [Outcomes, Outcomes]) => Trial,
  random: Random,
  n: number,
): Map<MetricName, Rate> {
  const counts = new Map<MetricName, { hits: number; rounds: number; resamples: boolean }>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { draw, metrics } of KINDS) {
      const pair = draw(random, n);
      for (const metric of metrics) {
        const count = counts.get(metric) ?? { hits: 0, rounds: 0, resamples: false };
        counts.set(metric, count);
        if (count.resamples && count.rounds >= RESAMPLED_ROUNDS) continue;
        const { succeeds, method } = trial(metric, pair);
        count.hits += Number(succeeds);
        count.rounds += 1;
        count.resamples ||= /bootstrap/i.test(method);
      }
    }
  }
  return new Map([...counts].map(([metric, { hits, rounds }]) => [metric, { share: hits / rounds, rounds }]));
}

/** Three standard errors of a simulated share. */
const margin = (share: number, rounds: number): number => 3 * Math.sqrt((share * (1 - share)) / rounds);

for (const n of [25, 120]) {
  test(`of two equally good models one is called better in about 2.5 % of cases, ${n} rows`, () => {
    const better = rates(
      (metric, [a, b]) => {
        const { low, method } = compareMetric(metric, a, b);
        return { succeeds: low > 0, method };
      },
      createRandom(`equal ${n}`),
      n,
    );
    for (const [metric, { share, rounds }] of better) {
      console.log(`n = ${n}, ${metric}: called better in ${(100 * share).toFixed(1)} % of ${rounds}`);
      assert.ok(share <= 0.025 + margin(0.025, rounds), `${metric}: ${share}`);
    }
  });
}

for (const n of [60, 400]) {
  test(`intervals of 95 % cover the truth about as often, ${n} rows`, () => {
    const random = createRandom(`coverage ${n}`);
    const truth = new Map(
      KINDS.flatMap(({ draw, metrics }) => {
        const [population] = draw(random, 400_000);
        return metrics.map((metric) => [metric, metricValue(metric, population)]);
      }),
    );
    const covered = rates(
      (metric, [sample]) => {
        const { low, high, method } = estimateMetric(metric, sample);
        const value = truth.get(metric) ?? Number.NaN;
        return { succeeds: low !== null && high !== null && low <= value && value <= high, method };
      },
      random,
      n,
    );
    for (const [metric, { share, rounds }] of covered) {
      console.log(`n = ${n}, ${metric}: covered in ${(100 * share).toFixed(1)} % of ${rounds}`);
      assert.ok(share >= (n < 100 ? 0.9 : 0.925), `${metric}: ${share}`);
    }
  });
}

test('no-worse-than by 3 points at one-sided 5 %: power grows with the rows, the error does not', () => {
  const gate = Gate.parse({ metric: 'accuracy', rule: 'no-worse-than', margin: 0.03, confidence: 0.9 });
  const random = createRandom('no-worse');
  const intervalOf = pairedCountsInterval(gate.confidence);
  const share = (n: number, truth: number, wanted: Judgement['outcome']): number => {
    let hits = 0;
    for (let round = 0; round < 4000; round++) {
      const [gained, lost] = discordantRows(random, n, 0.1, truth);
      const evidence = { ...intervalOf(gained, lost, n), estimate: (gained - lost) / n, n };
      if (judge(gate, evidence).outcome === wanted) hits++;
    }
    return hits / 4000;
  };
  const expected: [number, number, Judgement['outcome'], number][] = [
    [100, 0, 'pass', 0.21],
    [400, 0, 'pass', 0.59],
    [1500, 0, 'pass', 0.98],
    [100, -0.03, 'pass', 0.045],
    [700, -0.03, 'pass', 0.045],
    // About half of the draws differ in fewer than ten rows: by the score interval, which is narrower there than Bonett-Price (0.17).
    [100, -0.06, 'fail', 0.23],
    [700, -0.06, 'fail', 0.82],
  ];
  for (const [n, truth, wanted, rate] of expected) {
    const found = share(n, truth, wanted);
    assert.ok(Math.abs(found - rate) < 0.025, `n = ${n}, truth ${truth}, ${wanted}: ${found}, not ${rate}`);
  }
});

/** Of n rows, those that only the second model and only the first got right; a share `discordant` differs. */
function discordantRows(random: Random, n: number, discordant: number, difference: number): [number, number] {
  let [gained, lost] = [0, 0];
  for (let row = 0; row < n; row++) {
    const u = random.next();
    if (u < (discordant + difference) / 2) gained++;
    else if (u < discordant) lost++;
  }
  return [gained, lost];
}
