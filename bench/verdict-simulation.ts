// How often intervals, gates and plans of evaluations err, by seeded simulation: what scripts/simulate-verdicts.ts writes down
// and test/slow/simulate-verdicts.slow.ts asserts.
import { acceptedBy } from '../packages/airworthy/src/evaluation/gates/judge.ts';
import { type PlanAssumptions, planGates } from '../packages/airworthy/src/evaluation/gates/plan-gates.ts';
import { gateFigure } from '../packages/airworthy/src/evaluation/gates/sample-figures.ts';
import type { SuiteGate } from '../packages/airworthy/src/evaluation/gates/schema.ts';
import { compareSamples } from '../packages/airworthy/src/evaluation/measuring/compare-samples.ts';
import { estimateSample } from '../packages/airworthy/src/evaluation/measuring/estimate-sample.ts';
import type { MetricSample } from '../packages/airworthy/src/evaluation/measuring/metric-sample.ts';
import {
  meanMetric,
  sampleOfValues,
} from '../packages/airworthy/src/evaluation/measuring/sample-of-values.ts';
import { bonettPrice, type Interval, meanWithT } from '../packages/airworthy/src/stats/intervals.ts';
import { pairedScoreInterval } from '../packages/airworthy/src/stats/paired-score-interval.ts';
import {
  type Accepted,
  pairedVerdictPower,
  type VerdictPower,
  verdictOf,
} from '../packages/airworthy/src/stats/planning/verdict-power.ts';
import { createRandom, type Random } from '../packages/airworthy/src/stats/random.ts';

/** Two tasks on the same cases. */
export interface Pair {
  candidate: MetricSample;
  baseline: MetricSample;
}

export interface Scenario {
  name: string;
  draw(random: Random): Pair;
  /** True improvement. */
  truth: number;
}

const EXACT = meanMetric('exact', { binary: true });
const { range: _, ...SCORE } = meanMetric('score');

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const coin = (random: Random, probability: number): number => (random.next() < probability ? 1 : 0);

function pairOf(metric: typeof EXACT, values: [number[], number[]], clusters?: number[]): Pair {
  return {
    candidate: sampleOfValues(metric, values[0], clusters),
    baseline: sampleOfValues(metric, values[1], clusters),
  };
}

/** Two runs of one model that passes cases with this probability, each run by chance of its own. */
export function sameModel(n: number, passes: number, trials = 1): Scenario {
  const share = (random: Random) => {
    let hits = 0;
    for (let trial = 0; trial < trials; trial++) hits += coin(random, passes);
    return hits / trials;
  };
  const run = (random: Random) => Array.from({ length: n }, () => share(random));
  return {
    name: `${n} cases, ${100 * passes} % pass${trials > 1 ? `, ${trials} trials` : ''}`,
    draw: (random) => pairOf(EXACT, [run(random), run(random)]),
    truth: 0,
  };
}

/** Skewed scores of two equally good tasks. */
export function skewedScores(n: number): Scenario {
  const run = (random: Random) => Array.from({ length: n }, () => -Math.log(1 - random.next()));
  return {
    name: `${n} cases, skewed scores`,
    draw: (random) => pairOf(SCORE, [run(random), run(random)]),
    truth: 0,
  };
}

/** Cases of 2 to 8 a cluster (a conversation): a cluster is hard or easy for both, and suits one task or the other. */
export function clusteredPasses(clusters: number): Scenario {
  return {
    name: `${clusters} clusters, pass or not`,
    draw(random) {
      const values: [number[], number[]] = [[], []];
      const of: number[] = [];
      for (let cluster = 0; cluster < clusters; cluster++) {
        const level = 1 + random.normal();
        const chances = [sigmoid(level + random.normal()), sigmoid(level + random.normal())];
        const size = 2 + random.integer(7);
        for (let row = 0; row < size; row++) {
          of.push(cluster);
          for (const side of [0, 1]) values[side].push(coin(random, chances[side]));
        }
      }
      return pairOf(EXACT, values, of);
    },
    truth: 0,
  };
}

/** Likewise with scores: a correlation within clusters of 0.5. */
export function clusteredScores(clusters: number, truth = 0.1, sizes: [number, number] = [2, 8]): Scenario {
  return {
    name: `${clusters} clusters, scores`,
    draw(random) {
      const values: [number[], number[]] = [[], []];
      const of: number[] = [];
      for (let cluster = 0; cluster < clusters; cluster++) {
        const gap = truth + random.normal() * Math.SQRT1_2;
        const size = sizes[0] + random.integer(sizes[1] - sizes[0] + 1);
        for (let row = 0; row < size; row++) {
          const base = random.normal();
          of.push(cluster);
          values[1].push(base);
          values[0].push(base + gap + random.normal() * Math.SQRT1_2);
        }
      }
      return pairOf(SCORE, values, of);
    },
    truth,
  };
}

/** Cases on which only the candidate passes, and only the baseline, are this rare. */
export function discordantCases(n: number, gains: number, losses: number): Scenario {
  return {
    name: `${n} cases, ${percentOf(gains)} gained, ${percentOf(losses)} lost`,
    draw(random) {
      const values: [number[], number[]] = [[], []];
      for (let row = 0; row < n; row++) {
        const u = random.next();
        const side = u < gains ? 0 : u < gains + losses ? 1 : null;
        const both = coin(random, 0.8);
        for (const each of [0, 1]) values[each].push(side === null ? both : Number(each === side));
      }
      return pairOf(EXACT, values);
    },
    truth: gains - losses,
  };
}

/** Likewise in clusters of five: each case has with probability √correlation what its whole cluster drew. */
export function discordantClusters(
  clusters: number,
  gains: number,
  losses: number,
  correlation: number,
): Scenario {
  const draw = (random: Random) => {
    const u = random.next();
    return u < gains ? 1 : u < gains + losses ? -1 : 0;
  };
  return {
    name: `${clusters} clusters of five cases, ${percentOf(gains)} gained, ${percentOf(losses)} lost`,
    draw(random) {
      const of = Array.from({ length: 5 * clusters }, (_each, row) => Math.floor(row / 5));
      const shared = Array.from({ length: clusters }, () => draw(random));
      const gaps = of.map((cluster) =>
        random.next() < Math.sqrt(correlation) ? shared[cluster] : draw(random),
      );
      return pairOf(EXACT, [gaps.map((gap) => (gap < 0 ? 0 : 1)), gaps.map((gap) => (gap > 0 ? 0 : 1))], of);
    },
    truth: gains - losses,
  };
}

const percentOf = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** How often something happens in `rounds` draws of a scenario. */
function rate(scenario: Scenario, rounds: number, happens: (pair: Pair) => boolean): number {
  const random = createRandom(scenario.name);
  let count = 0;
  for (let round = 0; round < rounds; round++) if (happens(scenario.draw(random))) count++;
  return count / rounds;
}

const identity = (n: number): Int32Array => Int32Array.from({ length: n }, (_each, row) => row);

function improvement({ candidate, baseline }: Pair, confidence = 0.95): Interval & { method: string } {
  const made = compareSamples(candidate, baseline, { pairs: identity(candidate.n), confidence });
  return {
    low: made.low ?? Number.NEGATIVE_INFINITY,
    high: made.high ?? Number.POSITIVE_INFINITY,
    method: made.method,
  };
}

/** Of two equally good tasks: how often the one is called better, and worse; and how often it looks worse by a threshold. */
export interface FalseCalls {
  better: number;
  worse: number;
  /** `no-worse-than` 0.03 fails. */
  fails: number;
  /** What gates on a pass rate do: the candidate's is lower, or lower by more than 2 points. */
  lower: number;
  lowerByTwo: number;
}

export function falseCalls(scenario: Scenario, rounds: number): FalseCalls {
  const found: FalseCalls = { better: 0, worse: 0, fails: 0, lower: 0, lowerByTwo: 0 };
  const total = ({ values }: MetricSample) => values.reduce((all, value) => all + value, 0) / values.length;
  rate(scenario, rounds, (pair) => {
    const { low, high } = improvement(pair);
    const gap = total(pair.candidate) - total(pair.baseline);
    found.better += Number(low > 0) / rounds;
    found.worse += Number(high < 0) / rounds;
    found.fails += Number(high < -0.03) / rounds;
    found.lower += Number(gap < -1e-9) / rounds;
    found.lowerByTwo += Number(gap < -0.02 - 1e-9) / rounds;
    return false;
  });
  return found;
}

/** How often 95 % intervals hold the truth: ours, and the paired t that takes all cases for independent. */
export interface Coverage {
  covered: number;
  naive: number;
  methods: string[];
}

export function coverage(scenario: Scenario, rounds: number): Coverage {
  const methods = new Map<string, number>();
  let naive = 0;
  const { truth } = scenario;
  const covered = rate(scenario, rounds, (pair) => {
    const made = improvement(pair);
    methods.set(made.method, (methods.get(made.method) ?? 0) + 1);
    const gaps = pair.candidate.values.map((value, row) => value - pair.baseline.values[row]);
    const t = meanWithT(gaps);
    if (t.low <= truth && truth <= t.high) naive++;
    return made.low <= truth && truth <= made.high;
  });
  const names = [...methods].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return { covered, naive: naive / rounds, methods: names };
}

/** Intervals of the difference where few cases differ: how often each holds the truth, counted exactly over all outcomes. */
export interface RareCoverage {
  n: number;
  gains: number;
  losses: number;
  /** What comparisons use. */
  ours: number;
  bonettPrice: number;
  score: number;
  naive: number;
}

export function rareCoverage(n: number, gains: number, losses: number): RareCoverage {
  const truth = gains - losses;
  const exactly = { low: truth, high: truth };
  const covers = (intervalOf: (gained: number, lost: number, n: number) => Interval) => {
    // A gate accepts only what lies beyond the truth: its interval covers the truth where it decides nothing.
    const { undecided } = pairedVerdictPower({ n, gains, losses }, intervalOf, exactly);
    return undecided;
  };
  const compared = new Map<string, Interval>();
  const ours = (gained: number, lost: number) => {
    const key = `${gained} ${lost}`;
    const known = compared.get(key) ?? improvement(countedPair(n, gained, lost));
    compared.set(key, known);
    return known;
  };
  const t = (gained: number, lost: number) => meanWithT(gapsOf(gained, lost, n));
  return {
    n,
    gains,
    losses,
    ours: covers(ours),
    bonettPrice: covers(bonettPrice),
    score: covers(pairedScoreInterval),
    naive: covers(t),
  };
}

function countedPair(n: number, gained: number, lost: number): Pair {
  const gaps = [...gapsOf(gained, lost, n)];
  return pairOf(EXACT, [gaps.map((gap) => (gap < 0 ? 0 : 1)), gaps.map((gap) => (gap > 0 ? 0 : 1))]);
}

function gapsOf(gained: number, lost: number, n: number): Float64Array {
  return new Float64Array(n).fill(1, 0, gained).fill(-1, gained, gained + lost);
}

/** How often the 95 % interval of the share of clustered cases that pass holds the true share. */
export function ownCoverage(clusters: number, rounds: number): Coverage {
  const scenario = clusteredPasses(clusters);
  // The true share: the logistic mean over the two normal effects of a cluster, by Gauss's rule replaced by a fine sum.
  let [truth, weight] = [0, 0];
  for (let z = -8; z <= 8; z += 0.01) {
    const density = Math.exp((-z * z) / 2);
    truth += density * sigmoid(1 + Math.SQRT2 * z);
    weight += density;
  }
  truth /= weight;
  const methods = new Set<string>();
  let naive = 0;
  const covered = rate(scenario, rounds, ({ candidate }) => {
    const { low, high, method } = estimateSample(candidate);
    methods.add(method);
    const t = meanWithT(candidate.values);
    if (t.low <= truth && truth <= t.high) naive++;
    return low !== null && high !== null && low <= truth && truth <= high;
  });
  return { covered, naive: naive / rounds, methods: [...methods] };
}

/** One look every so many cases, up to the last. */
export const LOOKS = { every: 20, last: 400 };

/** How often, looking again and again, a wrong verdict is ever given: by intervals of one look, and by the sequential engine. */
export interface Peeking {
  name: string;
  fixed: number;
  sequential: number;
  /** What it may be. */
  allowed: number;
}

export interface PeekedGate {
  name: string;
  scenario: Scenario;
  rule: 'better-than' | 'no-worse-than';
  margin: number;
  /** The wrong answers: of two equal tasks either, at the margin a pass. */
  wrong: readonly ('pass' | 'fail')[];
}

export const PEEKED: readonly PeekedGate[] = [
  {
    name: 'better-than 0 (exact evidence), equal tasks: ever pass or fail',
    scenario: sameModel(LOOKS.last, 0.85),
    rule: 'better-than',
    margin: 0,
    wrong: ['pass', 'fail'],
  },
  {
    name: 'better-than 0 of scores, equal tasks: ever pass or fail',
    scenario: skewedScores(LOOKS.last),
    rule: 'better-than',
    margin: 0,
    wrong: ['pass', 'fail'],
  },
  {
    name: 'no-worse-than 0.03, worse by 0.03: ever pass',
    scenario: discordantCases(LOOKS.last, 0.05, 0.08),
    rule: 'no-worse-than',
    margin: 0.03,
    wrong: ['pass'],
  },
];

export function peeking({ name, scenario, rule, margin, wrong }: PeekedGate, rounds: number): Peeking {
  const accepted = { low: rule === 'better-than' ? margin : -margin, high: Number.POSITIVE_INFINITY };
  const ever = (sequential: boolean) =>
    rate(scenario, rounds, (pair) => {
      for (let n = LOOKS.every; n <= LOOKS.last; n += LOOKS.every) {
        const [candidate, baseline] = [firstCases(pair.candidate, n), firstCases(pair.baseline, n)];
        const sequence = sequential ? { sequence: { plannedCases: LOOKS.last, margin } } : {};
        const source = { rule, candidate, baseline: { sample: baseline, pairs: identity(n) }, ...sequence };
        const answer = verdictOf(gateFigure(source, 0.95), accepted);
        if (answer !== 'undecided' && wrong.includes(answer)) return true;
      }
      return false;
    });
  return { name, fixed: ever(false), sequential: ever(true), allowed: wrong.length * 0.025 };
}

function firstCases(sample: MetricSample, n: number): MetricSample {
  return sampleOfValues(sample.metric, sample.values.subarray(0, n));
}

/** A gate as it is planned: what the plan says, and what is then seen. */
export interface PlannedGate {
  name: string;
  scenario: Scenario;
  accepted: Accepted;
  planned: VerdictPower;
}

/** The plan of a gate from what is assumed of the data, and data that are like that. */
function planned(
  rule: 'better-than' | 'no-worse-than' | 'equivalent',
  margin: number,
  scenario: Scenario,
  { n, clusters = n, ...assumed }: { n: number; clusters?: number } & Partial<PlanAssumptions>,
): PlannedGate {
  const metric = assumed.deviation === undefined ? EXACT : SCORE;
  const gate: SuiteGate = {
    ...{ metric: metric.name, rule, margin },
    ...{ confidence: 0.95, power: 0.8, onUndecided: 'fail' },
  };
  const { truth } = scenario;
  const [{ power }] = planGates({
    gates: [gate],
    metrics: [metric],
    n,
    clusters,
    assumed: { ...assumed, truth },
  });
  if (power === null) throw new Error(`no plan for ${scenario.name}`);
  const name = `${rule} ${margin}; ${scenario.name}`;
  return { name, scenario, accepted: acceptedBy(gate), planned: power };
}

function plannedPasses(
  rule: 'better-than' | 'no-worse-than' | 'equivalent',
  margin: number,
  [n, gains, losses]: [number, number, number],
): PlannedGate {
  return planned(rule, margin, discordantCases(n, gains, losses), { n, discordant: gains + losses });
}

/** Clusters of five cases that are alike by 0.5. */
function plannedScores(
  rule: 'better-than' | 'no-worse-than',
  margin: number,
  [clusters, truth]: [number, number],
): PlannedGate {
  const scenario = clusteredScores(clusters, truth, [5, 5]);
  const name = `${scenario.name} of five cases, better by ${truth}`;
  const about = { n: 5 * clusters, clusters, deviation: 1, clusterCorrelation: 0.5 };
  return planned(rule, margin, { ...scenario, name }, about);
}

/** Clusters of five 0/1 cases that are alike by 0.2. */
function plannedClusters(clusters: number, gains: number, losses: number, margin: number): PlannedGate {
  const scenario = discordantClusters(clusters, gains, losses, 0.2);
  const about = { n: 5 * clusters, clusters, discordant: gains + losses, clusterCorrelation: 0.2 };
  return planned('no-worse-than', margin, scenario, about);
}

export function plannedGates(): PlannedGate[] {
  return [
    plannedPasses('no-worse-than', 0.03, [200, 0.05, 0.05]),
    plannedPasses('no-worse-than', 0.03, [700, 0.05, 0.05]),
    plannedPasses('no-worse-than', 0.03, [400, 0.02, 0.08]),
    plannedPasses('better-than', 0, [300, 0.075, 0.025]),
    plannedPasses('better-than', 0, [150, 0.04, 0.01]),
    plannedPasses('equivalent', 0.03, [800, 0.03, 0.03]),
    plannedClusters(60, 0.05, 0.05, 0.05),
    plannedClusters(150, 0.05, 0.05, 0.05),
    plannedScores('better-than', 0, [30, 0.4]),
    plannedScores('better-than', 0, [100, 0.2]),
    plannedScores('no-worse-than', 0.3, [60, 0]),
  ];
}

/** How often the gate gives each answer. */
export function simulatedPower({ scenario, accepted }: PlannedGate, rounds: number): VerdictPower {
  const found: VerdictPower = { pass: 0, fail: 0, undecided: 0 };
  rate(scenario, rounds, (pair) => {
    found[verdictOf(improvement(pair), accepted)] += 1 / rounds;
    return false;
  });
  return found;
}
