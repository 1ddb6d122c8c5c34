import { normalSurvivalQuantile } from '../../stats/distributions/normal.ts';
import { criticalZ, meanWithClusteredT, meanWithT } from '../../stats/intervals.ts';
import { designEffect } from '../../stats/planning/sample-size.ts';
import {
  pairedVerdictPower,
  smallestN,
  type VerdictPower,
  verdictPower,
} from '../../stats/planning/verdict-power.ts';
import { mean, sum } from '../../stats/sums.ts';
import { figureOf } from '../measuring/estimate-sample.ts';
import { pairedCountsInterval } from '../measuring/mean-difference.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import { scoredCases } from '../measuring/scored-cases.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import { acceptedBy } from './judge.ts';
import type { SuiteGate } from './schema.ts';
import { isLevel } from './verdict-sentence.ts';

/** What is assumed where nothing was measured. */
export interface PlanAssumptions {
  /** Share of cases on which candidate and baseline differ; of 0/1 metrics. */
  discordant: number;
  /** How alike two cases of a cluster are (icc). */
  clusterCorrelation: number;
  /** Standard deviation of a case's difference; of other metrics. */
  deviation: number | undefined;
  /** How the candidate truly is: by how much better than the baseline, for floors and ceilings its value. */
  truth: number | undefined;
}

export const ASSUMED: PlanAssumptions = {
  discordant: 0.1,
  clusterCorrelation: 0.2,
  deviation: undefined,
  truth: undefined,
};

/** What a gate can decide before anything is spent. */
export interface GatePlan {
  gate: string;
  metric: string;
  rule: SuiteGate['rule'];
  margin: number;
  /** Of a gate on slices: the smallest of them, for which the figures are. */
  slice?: string;
  /** Cases that the suite, or the slice, has. */
  n: number;
  clusters: number;
  /** How the candidate is assumed to be. */
  truth: number;
  /** Standard deviation of a case; share of discordant cases, of 0/1 metrics. */
  spread: { kind: 'discordant' | 'deviation'; value: number; from: 'baseline' | 'assumed' } | null;
  power: VerdictPower | null;
  /** The smallest distance from what is asked that n cases decide on with the gate's power. */
  detectable: number | null;
  /** Cases with which the gate passes as often as its power says, if the truth is as assumed; null where no number would do. */
  neededN: number | null;
  neededCost: number | null;
  /** Why there is no plan. */
  reason?: string;
}

export interface PlanGates {
  gates: readonly SuiteGate[];
  metrics: readonly MetricSpec[];
  /** Cases, and clusters of them. */
  n: number;
  clusters: number;
  /** Cases and clusters of each slice. */
  slices?: readonly { name: string; column: string; n: number; clusters: number }[];
  /** Of the newest evaluation, by metric: what things vary by. */
  samples?: ReadonlyMap<string, MetricSample>;
  /** What that evaluation was compared with: what differences vary by. */
  baseline?: { samples: ReadonlyMap<string, MetricSample>; pairs: Int32Array };
  costPerCase?: number | null;
  assumed?: Partial<PlanAssumptions>;
}

const MOST_CASES = 10_000_000;

/**
 * What the gates of a suite can decide with so many cases: the power of each where the candidate is truly as good as the baseline (or
 * as assumed), the smallest difference it sees, and how many cases it would take. From what the baseline's rows vary by, else from
 * assumptions, which are named.
 *
 * @example
 * const [plan] = planGates({ gates, metrics, n: 200, clusters: 200 });
 * plan.power; // { pass: 0.37, fail: 0.0, undecided: 0.63 }
 */
export function planGates(input: PlanGates): GatePlan[] {
  return input.gates.map((gate) => {
    const smallest = smallestSlice(input, gate);
    if (!smallest) return planGate(input, gate);
    const { name, n, clusters } = smallest;
    return { ...planGate({ ...input, n, clusters }, gate), slice: name };
  });
}

/** A gate on slices decides no sooner than on the smallest of them. */
function smallestSlice({ slices = [] }: PlanGates, gate: SuiteGate) {
  const named = slices.filter(
    ({ name, column }) => gate.slices?.includes(name) || gate.slices?.includes(column),
  );
  return named.reduce<(typeof named)[number] | undefined>(
    (least, slice) => (least && least.n <= slice.n ? least : slice),
    undefined,
  );
}

function planGate(input: PlanGates, gate: SuiteGate): GatePlan {
  const metric = input.metrics.find(({ name }) => name === gate.metric);
  if (!metric) throw new TypeError(`planGates: there is no metric "${gate.metric}"`);
  const assumed = { ...ASSUMED, ...input.assumed };
  const margin = 'margin' in gate ? gate.margin : gate.value;
  const common = {
    gate: gate.name ?? `${gate.metric} ${gate.rule}`,
    ...{ metric: gate.metric, rule: gate.rule, margin, n: input.n, clusters: input.clusters },
  };
  const spread = spreadOf(input, gate, metric, assumed);
  const truth = truthOf(input, gate, assumed);
  if (typeof spread === 'string') {
    const nothing = { spread: null, power: null, detectable: null, neededN: null, neededCost: null };
    return { ...common, truth, ...nothing, reason: spread };
  }
  const powerAt = (n: number) => powerOf(gate, { ...spread, truth, n, unitsOf: unitsFor(input) });
  const accepted = acceptedBy(gate);
  const couldPass = truth > accepted.low && truth < accepted.high;
  const enough = (n: number) => powerAt(n).pass >= gate.power;
  const neededN = couldPass ? smallestN(enough, { from: 2, most: MOST_CASES }) : null;
  const cost = input.costPerCase ?? null;
  return {
    ...common,
    truth,
    spread: { kind: spread.kind, value: spread.value, from: spread.from },
    power: powerAt(input.n),
    detectable: detectableWith(gate, spread, input.n),
    neededN,
    neededCost: neededN === null || cost === null ? null : neededN * cost,
  };
}

/** A clustered case is worth less than one: as many independent cases as n are worth, with degrees of freedom. */
type UnitsOf = (n: number) => { df: number; clusters: number };

function unitsFor({ n, clusters }: PlanGates): UnitsOf {
  const size = clusters > 0 ? n / clusters : 1;
  return (cases) => {
    const count = Math.max(2, Math.round(cases / size));
    return { clusters: count, df: count - 1 };
  };
}

interface Spread {
  kind: 'discordant' | 'deviation';
  value: number;
  from: 'baseline' | 'assumed';
  /** By how much clusters multiply the variance of a mean. */
  design: number;
}

/** What a case's figure varies by: the sample's own where there is one. A text says why it cannot be told. */
function spreadOf(
  { samples, baseline, n, clusters }: PlanGates,
  gate: SuiteGate,
  metric: MetricSpec,
  assumed: PlanAssumptions,
): Spread | string {
  if (metric.aggregate.kind !== 'mean') return 'only means of cases can be planned for';
  const sample = samples?.get(gate.metric);
  const isClustered = clusters < n;
  const guessed = isClustered ? designEffect(n / Math.max(1, clusters), assumed.clusterCorrelation) : 1;
  const cases = sample && scoredCases(sample);
  const measured = cases && cases.values.length > 1 ? cases : undefined;
  const design = measured?.clusters ? designOf(measured.values, measured.clusters.of) : guessed;
  if (isLevel(gate.rule)) {
    if (!measured) return 'a floor or a ceiling is planned from an evaluation that was made';
    return { kind: 'deviation', value: deviationOf(measured.values), from: 'baseline', design };
  }
  const gaps = baseline && sample ? gapsOf(sample, baseline, gate.metric) : undefined;
  if (gaps) return measuredGaps(gaps, metric.binary, guessed);
  if (metric.binary) return { kind: 'discordant', value: assumed.discordant, from: 'assumed', design };
  if (assumed.deviation !== undefined) {
    return { kind: 'deviation', value: assumed.deviation, from: 'assumed', design };
  }
  if (!measured) return 'the standard deviation of a case is not known: evaluate once, or assume one';
  // Two tasks that are alike to 0.5 on the same cases differ by as much as one of them varies.
  return { kind: 'deviation', value: deviationOf(measured.values), from: 'baseline', design };
}

interface Gaps {
  values: Float64Array;
  clusters: Int32Array | undefined;
}

/** The differences that the newest evaluation showed; undefined where there are none to tell from. */
function gapsOf(
  sample: MetricSample,
  { samples, pairs }: NonNullable<PlanGates['baseline']>,
  metric: string,
): Gaps | undefined {
  const other = samples.get(metric);
  if (!other) return undefined;
  const both = scoredCases(sample).positions.filter((at) => pairs[at] >= 0 && other.scored[pairs[at]] === 1);
  const values = Float64Array.from(both, (at) => sample.values[at] - other.values[pairs[at]]);
  // Two that never differ say nothing of how often others will.
  if (values.length < 2 || values.every((gap) => gap === 0)) return undefined;
  return { values, clusters: sample.clustered ? both.map((at) => sample.clusters[at]) : undefined };
}

function measuredGaps({ values, clusters }: Gaps, binary: boolean, guessed: number): Spread {
  const design = clusters ? designOf(values, clusters) : guessed;
  const discordant = values.reduce((share, gap) => share + Math.abs(gap) / values.length, 0);
  return binary
    ? { kind: 'discordant', value: discordant, from: 'baseline', design }
    : { kind: 'deviation', value: deviationOf(values), from: 'baseline', design };
}

function deviationOf(values: Float64Array): number {
  const center = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - center) ** 2)) / (values.length - 1));
}

function designOf(values: Float64Array, clusters: Int32Array): number {
  const ratio = meanWithClusteredT(values, clusters).standardError / meanWithT(values).standardError;
  return Number.isFinite(ratio) && ratio > 0 ? ratio * ratio : 1;
}

function truthOf({ samples }: PlanGates, gate: SuiteGate, { truth }: PlanAssumptions): number {
  if (truth !== undefined) return truth;
  if (!isLevel(gate.rule)) return 0;
  const sample = samples?.get(gate.metric);
  return sample ? figureOf(sample).value : Number.NaN;
}

interface Planned extends Spread {
  truth: number;
  n: number;
  unitsOf: UnitsOf;
}

function powerOf(gate: SuiteGate, planned: Planned): VerdictPower {
  const { kind, value, design, truth, n, unitsOf } = planned;
  const accepted = acceptedBy(gate);
  const { confidence } = gate;
  const isPaired = kind === 'discordant' && design === 1;
  if (isPaired && n <= 20_000 && Math.abs(truth) <= value) {
    const shares = { gains: (value + truth) / 2, losses: (value - truth) / 2 };
    return pairedVerdictPower({ n, ...shares }, pairedCountsInterval(confidence), accepted);
  }
  const variance = kind === 'discordant' ? value - truth * truth : value * value;
  const standardError = Math.sqrt((Math.max(0, variance) * design) / n);
  return verdictPower({ truth, standardError, df: unitsOf(n).df, confidence }, accepted);
}

function detectableWith(
  { confidence, power }: SuiteGate,
  { kind, value, design }: Spread,
  n: number,
): number {
  const variance = kind === 'discordant' ? value : value * value;
  const z = criticalZ(confidence) + normalSurvivalQuantile(1 - power);
  return z * Math.sqrt((variance * design) / n);
}
