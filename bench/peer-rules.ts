import {
  chiSquareSurvival,
  chiSquareSurvivalQuantile,
} from '../packages/airworthy/src/stats/distributions/chi-square.ts';
import { decideDrift } from '../packages/airworthy/src/stats/drift/decide-drift.ts';
import { jensenShannon, wasserstein } from '../packages/airworthy/src/stats/drift/distances.ts';
import { binOf } from '../packages/airworthy/src/stats/quantile-edges.ts';
import { binLayout, countInBins } from '../packages/airworthy/src/stats/sketches/binned-counts.ts';
import { driftCounts } from '../packages/airworthy/src/stats/sketches/drift-counts.ts';
import { chiSquareTwoSample, kolmogorovSmirnov } from '../packages/airworthy/src/stats/tests.ts';

/** A numeric column and two of words, of a reference and of a window. */
export interface Drawn {
  reference: Float64Array;
  current: Float64Array;
  words: Record<5 | 20, { reference: readonly number[]; current: readonly number[] }>;
}

/** When each rule calls a column drifted, with its tool's definitions: bins, base of the logarithm, empty places. */
export const RULES: Record<string, (drawn: Drawn) => boolean> = {
  'KS p < 0.05': ({ reference, current }) => kolmogorovSmirnov(reference, current).p < 0.05,
  'Wasserstein / sd ≥ 0.1 (Evidently)': ({ reference, current }) =>
    wasserstein(reference, current) / deviation(reference) >= 0.1,
  'JS ≥ 0.1, 5 words (Evidently)': ({ words }) => distanceBaseE(words[5]) >= 0.1,
  'JS ≥ 0.1, 20 words (Evidently)': ({ words }) => distanceBaseE(words[20]) >= 0.1,
  'JS > mean + 3 sd of 10 chunks (NannyML)': chunkRule,
  'PSI ≥ 0.1, deciles': (drawn) => psiOfDeciles(drawn) >= 0.1,
  'PSI ≥ 0.1, Sturges bins (Evidently)': ({ reference, current }) => {
    const edges = equalWidthEdges(Float64Array.from([...reference, ...current]), 'sturges');
    return psiWithFloor(countBetween(edges, reference), countBetween(edges, current)) >= 0.1;
  },
  'chi-square one-sample p < 0.05, 5 words (Evidently)': ({ words }) => oneSampleP(words[5]) < 0.05,
  'chi-square two-sample p < 0.05, 5 words': ({ words }) =>
    chiSquareTwoSample(words[5].reference, words[5].current).p < 0.05,
  'PSI ≥ max(0.1, 99.9 % of chance), deciles': (drawn) => {
    const chance = 1 / drawn.reference.length + 1 / drawn.current.length;
    return psiOfDeciles(drawn) >= Math.max(0.1, chiSquareSurvivalQuantile(0.001, 9) * chance);
  },
  'Airworthy, one window': ({ reference, current }) => {
    const layout = binLayout(reference, 10);
    const count = (values: Float64Array) =>
      driftCounts({ kind: 'number', deciles: countInBins(layout, values) });
    const column = { column: 'x', reference: count(reference), current: count(current), phi: 1, phiRows: 0 };
    return decideDrift([column], { q: 0.001, effect: 0.1 })[0].drifted;
  },
};

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

interface Pair {
  reference: readonly number[];
  current: readonly number[];
}

function distanceBaseE({ reference, current }: Pair): number {
  return jensenShannon(reference, current) * Math.sqrt(Math.LN2);
}

function oneSampleP({ reference, current }: Pair): number {
  const scale = total(current) / total(reference);
  const statistic = reference.reduce(
    (sum, r, place) => sum + (current[place] - r * scale) ** 2 / (r * scale),
    0,
  );
  return chiSquareSurvival(statistic, reference.length - 1);
}

function psiOfDeciles({ reference, current }: Drawn): number {
  const { edges } = binLayout(reference, 10);
  const count = (values: Float64Array) => {
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const value of values) counts[binOf(edges, value)] += 1;
    return counts;
  };
  return psiWithFloor(count(reference), count(current));
}

/** Empty places count as a share of 0.0001. */
function psiWithFloor(reference: readonly number[], current: readonly number[]): number {
  const share = (counts: readonly number[]) =>
    counts.map((count) => (count === 0 ? 0.0001 : count / total(counts)));
  const [r, c] = [share(reference), share(current)];
  return r.reduce((sum, each, place) => sum + (each - c[place]) * Math.log(each / c[place]), 0);
}

const CHUNKS = 10;

/** On Doane's bins of the reference, with what lies beyond them as one more. */
function chunkRule({ reference, current }: Drawn): boolean {
  const edges = equalWidthEdges(reference, 'doane');
  const whole = countBetween(edges, reference);
  const rows = Math.floor(reference.length / CHUNKS);
  const distances = Float64Array.from({ length: CHUNKS }, (_, chunk) =>
    jensenShannon(whole, countBetween(edges, reference.subarray(chunk * rows, (chunk + 1) * rows))),
  );
  const mean = distances.reduce((sum, each) => sum + each, 0) / CHUNKS;
  return jensenShannon(whole, countBetween(edges, current)) > mean + 3 * deviation(distances);
}

/** numpy's `histogram_bin_edges`. */
function equalWidthEdges(values: Float64Array, rule: 'sturges' | 'doane'): number[] {
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const n = values.length;
  const skewed = rule === 'doane' ? Math.log2(1 + Math.abs(skewness(values)) / doaneError(n)) : 0;
  const bins = Math.ceil(1 + Math.log2(n) + skewed);
  return Array.from({ length: bins + 1 }, (_, edge) => low + ((high - low) * edge) / bins);
}

function skewness(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = deviation(values);
  return values.reduce((sum, value) => sum + ((value - mean) / spread) ** 3, 0) / values.length;
}

function doaneError(n: number): number {
  return Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
}

/** Counts between the edges, and last of values beyond them. */
function countBetween(edges: readonly number[], values: Float64Array): number[] {
  const counts = new Array<number>(edges.length).fill(0);
  const bins = edges.length - 1;
  for (const value of values) {
    const outside = value < edges[0] || value > edges[bins];
    counts[outside ? bins : Math.min(binOf(edges, value) - 1, bins - 1)] += 1;
  }
  return counts;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
