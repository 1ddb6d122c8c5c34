import { figure, plural } from '../../kernel/figures.ts';
import { sequenceHalfWidth } from '../../stats/sequential/confidence-sequence.ts';
import { shareEvidence } from '../../stats/sequential/share-evidence.ts';
import { SHARDS } from './assign-arm.ts';
import { compareMeans, type MeanDifference, type Stratum } from './compare-means.ts';
import { type Guard, type GuardMetric, marginOf } from './plan-schema.ts';
import {
  type ArmSample,
  addTotals,
  effectiveSize,
  FEWEST_SHARDS,
  type IncidentKind,
  type RolloutSamples,
  requestsOf,
  type TotalName,
  totalsOf,
} from './samples.ts';
import type { GuardState, GuardVerdict } from './schema.ts';

/** What a metric is made of. */
type Measure =
  | { kind: 'share'; of: IncidentKind; noun: string }
  | { kind: 'mean'; of: TotalName; scale: 'plain' | 'ratio' | 'relative' | 'deviations'; noun: string };

const MEASURES: Readonly<Record<GuardMetric, Measure>> = {
  'error-rate': { kind: 'share', of: 'failed', noun: 'error rate' },
  'slow-rate': { kind: 'share', of: 'slow', noun: 'share of slow requests' },
  'invalid-output': { kind: 'share', of: 'invalid', noun: 'share of invalid answers' },
  'refusal-rate': { kind: 'share', of: 'refused', noun: 'share of refusals' },
  latency: { kind: 'mean', of: 'latency', scale: 'ratio', noun: 'latency' },
  'score-shift': { kind: 'mean', of: 'score', scale: 'deviations', noun: 'mean score' },
  cost: { kind: 'mean', of: 'cost', scale: 'relative', noun: 'cost' },
  accuracy: { kind: 'mean', of: 'loss', scale: 'plain', noun: 'share of wrong answers' },
  'log-loss': { kind: 'mean', of: 'logLoss', scale: 'plain', noun: 'log loss' },
  'absolute-error': { kind: 'mean', of: 'loss', scale: 'relative', noun: 'mean absolute error' },
};

/** The phases a guard looks at, with the weights that held in each. */
export interface JudgedPhases {
  phases: readonly { phase: number; weights: Record<string, number> }[];
  /** The arm sees copies of the champion’s requests. */
  shadow: boolean;
}

/** `error-rate`, or `absolute error-rate`. */
export function guardName({ metric, compare }: Guard): string {
  return compare === 'absolute' ? `absolute ${metric}` : metric;
}

/**
 * What a guard says of an arm. It fails where the arm is worse than the champion beyond doubt (the whole interval is, or the
 * evidence reaches 1 / alpha) and by at least the margin as far as one can tell; it passes where the arm is beyond doubt not
 * worse by the margin. Both stay right however often one looks: an arm that is no worse fails with a probability of at most
 * alpha.
 */
export function judgeGuard(
  guard: Guard,
  arm: string,
  {
    samples,
    judged,
    alpha,
    plannedN,
    champion,
  }: {
    samples: RolloutSamples;
    judged: JudgedPhases;
    alpha: number;
    plannedN: number;
    champion: string;
  },
): GuardVerdict {
  const measure = MEASURES[guard.metric];
  const pairs = pairsOf(samples.arms, judged, arm, champion);
  const measurable = guard.metric !== 'slow-rate' || samples.slowKnown;
  const difference = measurable ? differenceOf(guard, measure, pairs, judged.shadow) : undefined;
  const shared = { name: guardName(guard), metric: guard.metric, arm, margin: marginOf(guard), alpha };
  if (difference === undefined)
    return { ...shared, ...NOTHING, state: 'no-data', sentence: `${measure.noun}: nothing measured yet` };
  if (!Number.isFinite(difference.value)) {
    const sentence = `${measure.noun}: the champion’s give no scale to compare on`;
    return { ...shared, ...NOTHING, n: difference.n, state: 'undecided', sentence };
  }
  const half = sequenceHalfWidth(difference, { alpha, plannedN, side: isTwoSided(guard) ? 'both' : 'upper' });
  const bounds = { estimate: difference.value, low: difference.value - half, high: difference.value + half };
  const isWeighed = measure.kind === 'share' && guard.compare === 'vs-control';
  const evidence = isWeighed ? evidenceOf(measure.of, pairs, judged.shadow) : null;
  const state = stateOf(guard, bounds, { difference, evidence, alpha, shards: shardsBehind(measure, pairs) });
  const shown = onScale(guard, measure, bounds);
  const sentence = sentenceOf(guard, measure, { ...shown, difference, evidence, state, alpha });
  return { ...shared, ...finite(shown), n: difference.n, state, sentence };
}

const NOTHING = { estimate: null, low: null, high: null, n: 0 };

interface Pair {
  arm: ArmSample;
  champion: ArmSample;
  /** Part of the two arms’ units that goes to this one. */
  share: number;
}

function pairsOf(all: readonly ArmSample[], { phases }: JudgedPhases, arm: string, champion: string): Pair[] {
  return phases.flatMap(({ phase, weights }) => {
    const own = all.find((sample) => sample.phase === phase && sample.arm === arm);
    const control = all.find((sample) => sample.phase === phase && sample.arm === champion);
    if (own === undefined || control === undefined) return [];
    const weight = weights[arm] ?? 0;
    return [{ arm: own, champion: control, share: weight / (weight + (weights[champion] ?? 0)) }];
  });
}

function differenceOf(
  guard: Guard,
  measure: Measure,
  pairs: readonly Pair[],
  shadow: boolean,
): MeanDifference | undefined {
  const alone = guard.compare === 'absolute' || (shadow && measure.kind === 'mean');
  const strata = pairs.map(
    ({ arm, champion }): Stratum => ({
      arm: totalsOf(arm, measure.of),
      control: alone ? null : totalsOf(champion, measure.of),
    }),
  );
  const difference = compareMeans(
    strata,
    measure.kind === 'share' ? 'share' : { unit: unitFor(measure, pairs) },
  );
  if (difference === undefined || measure.kind === 'share' || guard.compare === 'absolute') return difference;
  if (measure.scale === 'relative') return scaled(difference, difference.controlMean ?? 0);
  return measure.scale === 'deviations' ? scaled(difference, deviationOf(pairs, measure.of)) : difference;
}

/** How far apart two values of it may well lie. */
function unitFor({ of, scale }: Measure & { kind: 'mean' }, pairs: readonly Pair[]): number {
  if (scale === 'deviations') return deviationOf(pairs, of);
  if (scale !== 'relative') return 1;
  const { n, sum } = addTotals(pairs.flatMap(({ champion }) => totalsOf(champion, of)));
  return n === 0 ? 0 : Math.abs(sum / n);
}

/** In such units; not a number where there is no unit. */
function scaled(difference: MeanDifference, unit: number): MeanDifference {
  return { ...difference, value: difference.value / unit, standardError: difference.standardError / unit };
}

/** From how many shards the arm’s and the champion’s figures come, whichever are fewer. */
function shardsBehind({ of }: Measure, pairs: readonly Pair[]): number {
  const sizeOf = (side: 'arm' | 'champion') => {
    const sizes = Array.from({ length: SHARDS }, () => 0);
    for (const pair of pairs)
      for (const [shard, { n }] of totalsOf(pair[side], of).entries()) sizes[shard] += n;
    return effectiveSize(sizes);
  };
  return Math.min(sizeOf('arm'), sizeOf('champion'));
}

/** The standard deviation of what the champion answers. */
function deviationOf(pairs: readonly Pair[], of: TotalName): number {
  const { n, sum, squares } = addTotals(pairs.flatMap(({ champion }) => totalsOf(champion, of)));
  return n < 2 ? 0 : Math.sqrt(Math.max(0, (squares - (sum * sum) / n) / (n - 1)));
}

/** That incidents are more frequent in the arm; of units, so that one unlucky unit is one. */
function evidenceOf(of: IncidentKind, pairs: readonly Pair[], shadow: boolean): number {
  return pairs.reduce((product, { arm, champion, share }) => {
    const requests = requestsOf(arm);
    const fair = shadow ? requests / Math.max(1, requests + requestsOf(champion)) : share;
    if (!(fair > 0 && fair < 1)) return product;
    return product * shareEvidence(arm.units[of], champion.units[of], fair);
  }, 1);
}

function isTwoSided({ metric }: Guard): boolean {
  return metric === 'score-shift';
}

function stateOf(
  guard: Guard,
  { estimate, low, high }: { estimate: number; low: number; high: number },
  {
    difference: { n, controlN },
    evidence,
    alpha,
    shards,
  }: { difference: MeanDifference; evidence: number | null; alpha: number; shards: number },
): GuardState {
  const margin = internalMargin(guard);
  const absolute = guard.compare === 'absolute';
  // Exact at any number, so nobody has to wait for it.
  if (evidence !== null && evidence >= 1 / alpha && estimate >= margin) return 'fail';
  if (Math.min(n, absolute ? n : controlN) < guard.minSamples || shards < FEWEST_SHARDS) return 'waiting';
  if (isTwoSided(guard)) {
    if ((low > 0 || high < 0) && Math.abs(estimate) >= margin) return 'fail';
    return low > -margin && high < margin ? 'pass' : 'undecided';
  }
  const worst = absolute ? margin : 0;
  if (evidence === null && low > worst && estimate >= margin) return 'fail';
  return high < margin ? 'pass' : 'undecided';
}

/** The margin on the scale on which the difference is computed: latencies are logarithms of microseconds. */
function internalMargin(guard: Guard): number {
  const margin = marginOf(guard);
  if (guard.metric !== 'latency') return margin;
  return guard.compare === 'absolute' ? Math.log(margin * 1_000) : Math.log1p(margin);
}

interface Shown {
  estimate: number;
  low: number;
  high: number;
}

/** As a person reads it: latencies as a ratio less one, or in milliseconds. */
function onScale(guard: Guard, measure: Measure, shown: Shown): Shown {
  if (measure.kind === 'share' || measure.scale !== 'ratio') return shown;
  const read = (value: number) =>
    guard.compare === 'absolute' ? Math.exp(value) / 1_000 : Math.expm1(value);
  return { estimate: read(shown.estimate), low: read(shown.low), high: read(shown.high) };
}

function finite({ estimate, low, high }: Shown) {
  const orNull = (value: number) => (Number.isFinite(value) ? value : null);
  return { estimate: orNull(estimate), low: orNull(low), high: orNull(high) };
}

const SAYS: Readonly<Record<GuardState, string>> = {
  fail: 'worse',
  pass: 'not worse',
  undecided: 'undecided',
  waiting: 'too few requests or units yet',
  'no-data': 'nothing measured yet',
};

function sentenceOf(
  guard: Guard,
  measure: Measure,
  {
    estimate,
    low,
    high,
    difference,
    evidence,
    state,
    alpha,
  }: Shown & { difference: MeanDifference; evidence: number | null; state: GuardState; alpha: number },
): string {
  const of = guard.compare === 'absolute' ? '' : ' against the champion';
  const unit = unitOf(guard, measure);
  const margin = `${figure(marginOf(guard) * unit.times)}${unit.text}`;
  const interval = `${signed(estimate * unit.times)}${unit.text} [${figure(low * unit.times)}, ${figure(high * unit.times)}]`;
  const weighed =
    evidence === null || evidence <= 1
      ? ''
      : `; evidence ${figure(Math.min(evidence, 1e9))} to 1, ${figure(1 / alpha)} are needed`;
  return `${measure.noun} ${interval}${of}, n ${plural(difference.n, 'request')}, at most ${margin} allowed: ${SAYS[state]}${weighed}`;
}

function unitOf({ compare }: Guard, measure: Measure): { times: number; text: string } {
  if (measure.kind === 'share') return { times: 100, text: ' points' };
  if (compare === 'absolute') return { times: 1, text: measure.scale === 'ratio' ? ' ms' : '' };
  if (measure.scale === 'deviations') return { times: 1, text: ' sd' };
  return measure.scale === 'plain' ? { times: 1, text: '' } : { times: 100, text: ' %' };
}

function signed(value: number): string {
  return value > 0 ? `+${figure(value)}` : figure(value);
}
