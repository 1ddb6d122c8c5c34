import type { Interval } from '../../stats/intervals.ts';
import type { Outcomes } from '../../stats/outcomes.ts';
import { createRandom } from '../../stats/random.ts';
import { largestDifferences, type Steadied, type SteadiedFigure } from './gap-intervals.ts';
import { type GroupSums, totalsOf } from './group-sums.ts';
import type { FairnessGap, FairnessGapName, GroupMetricName } from './schema.ts';

/** A group's figure from its sums: as it is shown, and steadied for the interval. */
interface Figure {
  metric: GroupMetricName;
  value(sums: Float64Array, at: number): number;
  steadied: SteadiedFigure;
}

/** Hits and rows of a share, from a group's sums. */
type Counts = (s: Float64Array, at: number) => [hits: number, n: number];

/** One more hit and one more miss (Agresti and Caffo 2000): no share of few rows is certain. */
function shareFigure(metric: GroupMetricName, counts: Counts, onLogs = false): Figure {
  return {
    metric,
    value(sums, at) {
      const [hits, n] = counts(sums, at);
      return hits / n;
    },
    steadied(sums, at): Steadied {
      const [hits, n] = counts(sums, at);
      const share = (hits + 1) / (n + 2);
      if (onLogs) return { value: Math.log(share), error: Math.sqrt((1 - share) / (share * (n + 2))) };
      return { value: share, error: Math.sqrt((share * (1 - share)) / (n + 2)) };
    },
  };
}

/** The mean of the sum at `place`; its error is what the bootstrap finds. */
function meanFigure(metric: GroupMetricName, place: number): Figure {
  const value = (s: Float64Array, at: number) => s[at + place] / s[at];
  return { metric, value, steadied: (s, at) => ({ value: value(s, at), error: 0 }) };
}

/** Sums of a binary group are true negatives, false positives, false negatives, true positives. */
const selected: Counts = (s, at) => [s[at + 1] + s[at + 3], s[at] + s[at + 1] + s[at + 2] + s[at + 3]];
const TPR = shareFigure('tpr', (s, at) => [s[at + 3], s[at + 2] + s[at + 3]]);
const FPR = shareFigure('fpr', (s, at) => [s[at + 1], s[at] + s[at + 1]]);
const PPV = shareFigure('ppv', (s, at) => [s[at + 3], s[at + 1] + s[at + 3]]);
const BINARY_ACCURACY = shareFigure('accuracy', (s, at) => [s[at] + s[at + 3], selected(s, at)[1]]);
/** Of many classes the sums are wrong and right. */
const ACCURACY = shareFigure('accuracy', (s, at) => [s[at + 1], s[at] + s[at + 1]]);

/** How figures of groups become a gap: the difference, the worst or the mean of two, or a ratio. */
interface GapRule {
  name: FairnessGapName;
  of: readonly Figure[];
  combine: 'worst' | 'mean' | 'ratio';
}

const RULES: Record<Outcomes['kind'], readonly GapRule[]> = {
  binary: [
    { name: 'selection-rate-gap', of: [shareFigure('selection-rate', selected)], combine: 'worst' },
    { name: 'selection-rate-ratio', of: [shareFigure('selection-rate', selected, true)], combine: 'ratio' },
    { name: 'tpr-gap', of: [TPR], combine: 'worst' },
    { name: 'fpr-gap', of: [FPR], combine: 'worst' },
    { name: 'ppv-gap', of: [PPV], combine: 'worst' },
    { name: 'accuracy-gap', of: [BINARY_ACCURACY], combine: 'worst' },
    { name: 'equalised-odds-gap', of: [TPR, FPR], combine: 'worst' },
    { name: 'equalised-odds-mean-gap', of: [TPR, FPR], combine: 'mean' },
  ],
  multiclass: [{ name: 'accuracy-gap', of: [ACCURACY], combine: 'worst' }],
  regression: [
    { name: 'mean-error-gap', of: [meanFigure('mean-error', 1)], combine: 'worst' },
    { name: 'mean-absolute-error-gap', of: [meanFigure('mean-absolute-error', 2)], combine: 'worst' },
  ],
};

/** Above this many units drawn, fewer replicates are as exact as they need be. */
const MANY_UNITS = 20_000;

export interface GapInput {
  column: string;
  kind: Outcomes['kind'];
  sums: GroupSums;
  /** The groups compared, in the order of the sums, and which figures each has. */
  groups: readonly { value: string; n: number; has: ReadonlySet<GroupMetricName> }[];
  confidence: number;
  seed: number;
}

/**
 * How far the groups lie apart in each figure (Hardt, Price and Srebro 2016), with an interval from a bootstrap of the rows,
 * or of whole clusters.
 */
export function fairnessGaps(input: GapInput): FairnessGap[] {
  return RULES[input.kind].map((rule) => measureGap(rule, input));
}

const NO_GAP = { value: null, low: null, high: null, method: 'none', lowest: null, highest: null };

function measureGap(rule: GapRule, { column, sums, groups, confidence, seed }: GapInput): FairnessGap {
  const compared = [...groups.keys()].filter((group) =>
    rule.of.every(({ metric }) => groups[group].has.has(metric)),
  );
  const n = compared.reduce((total, group) => total + groups[group].n, 0);
  const common = {
    name: rule.name,
    column,
    n,
    better: rule.combine === 'ratio' ? 'higher' : 'lower',
  } as const;
  if (compared.length < 2) return { ...common, ...NO_GAP, reason: 'fewer than two groups have enough rows' };
  const totals = totalsOf(sums, sums.counts);
  const spreads = rule.of.map(({ value }) =>
    spreadOf(compared, (group) => value(totals, group * sums.width)),
  );
  const value = gapOf(rule, spreads);
  if (!Number.isFinite(value)) return { ...common, ...NO_GAP, reason: 'no group has any' };
  const replicates = sums.units > MANY_UNITS ? 500 : 2_000;
  const intervals = largestDifferences(
    sums,
    compared,
    rule.of.map(({ steadied }) => steadied),
    { random: createRandom(seed).fork(`${column} ${rule.name}`), confidence, replicates },
  );
  const { low, high } = intervalOf(rule, intervals, value);
  const worst = spreads.reduce((most, each) => (each.high - each.low > most.high - most.low ? each : most));
  const drawn = sums.counts || sums.units === n ? 'rows' : 'clusters';
  const method = `bootstrap of ${drawn} (max-t over pairs, ${replicates})`;
  const named = { method, lowest: groups[worst.lowest].value, highest: groups[worst.highest].value };
  if (low < high) return { ...common, value, low, high, ...named };
  return {
    ...common,
    value,
    low: null,
    high: null,
    ...named,
    reason: 'too few or too uniform rows for an interval',
  };
}

interface Spread {
  low: number;
  high: number;
  lowest: number;
  highest: number;
}

function spreadOf(compared: readonly number[], figureOf: (group: number) => number): Spread {
  const values = compared.map(figureOf);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { low, high, lowest: compared[values.indexOf(low)], highest: compared[values.indexOf(high)] };
}

function gapOf({ combine }: GapRule, spreads: readonly Spread[]): number {
  if (combine === 'ratio') return spreads[0].low / spreads[0].high;
  return combineFigures(
    combine,
    spreads.map(({ low, high }) => high - low),
  );
}

function combineFigures(combine: 'worst' | 'mean', values: readonly number[]): number {
  if (combine === 'worst') return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Steadied figures lie nearer together than the ones shown: the interval holds the value in any case. */
function intervalOf({ combine, of }: GapRule, intervals: readonly Interval[], value: number): Interval {
  if (combine === 'ratio') {
    const [{ low, high }] = intervals;
    return { low: Math.min(value, Math.exp(-high)), high: Math.max(value, Math.exp(-low)) };
  }
  const low = combineFigures(
    combine,
    intervals.map((each) => each.low),
  );
  const high = combineFigures(
    combine,
    intervals.map((each) => each.high),
  );
  const most = of[0].metric.startsWith('mean') ? Number.POSITIVE_INFINITY : 1;
  return { low: Math.min(value, low), high: Math.min(most, Math.max(value, high)) };
}
