/** Hypothesis tests and the correction of many p-values. All p-values are two-sided. */
import { binomialCdf, binomialPmf } from './distributions/binomial.ts';
import { chiSquareSurvival } from './distributions/chi-square.ts';
import type { Random } from './random.ts';

export interface TestResult {
  statistic: number;
  p: number;
}

/**
 * McNemar's test that two classifiers are right equally often: of the rows on which one is right and the other
 * wrong, `b` went one way and `c` the other. `mid` is the mid-p value, less conservative (Fagerland et al. 2013).
 */
export function mcnemar(b: number, c: number): { exact: number; mid: number } {
  const rows = b + c;
  if (rows === 0) return { exact: 1, mid: 1 };
  const smaller = Math.min(b, c);
  const exact = Math.min(1, 2 * binomialCdf(smaller, rows, 0.5));
  return { exact, mid: exact - binomialPmf(smaller, rows, 0.5) };
}

/** McNemar's test by its chi-square approximation, `corrected` with the continuity correction; for many rows that differ. */
export function mcnemarChiSquare(b: number, c: number, { corrected = false } = {}): TestResult {
  if (b + c === 0) return { statistic: 0, p: 1 };
  const gap = Math.max(0, Math.abs(b - c) - (corrected ? 1 : 0));
  const statistic = (gap * gap) / (b + c);
  return { statistic, p: chiSquareSurvival(statistic, 1) };
}

/** Up to this many non-zero differences all sign patterns are tried. */
const EXACT_SIGNS = 20;

/**
 * The sign-flip permutation test that differences are symmetric about 0: exact for few, else from `permutations`
 * random patterns with p = (1 + as extreme) / (1 + tried).
 */
export function signFlip(
  differences: Float64Array,
  { random, permutations = 10_000 }: { random: Random; permutations?: number },
): TestResult {
  const sizes = differences.filter((difference) => difference !== 0);
  const observed = sizes.reduce((total, difference) => total + difference, 0);
  const scale = sizes.reduce((total, difference) => total + Math.abs(difference), 0);
  // Sums taken in another order differ by rounding; they are equal all the same.
  const bound = Math.abs(observed) - 1e-12 * scale;
  const statistic = observed / differences.length;
  if (sizes.length <= EXACT_SIGNS) return { statistic, p: exactSignFlip(sizes, observed, bound) };
  let extreme = 0;
  for (let permutation = 0; permutation < permutations; permutation++) {
    let total = 0;
    for (let index = 0; index < sizes.length; index++)
      total += random.next() < 0.5 ? sizes[index] : -sizes[index];
    if (Math.abs(total) >= bound) extreme++;
  }
  return { statistic, p: (1 + extreme) / (1 + permutations) };
}

/** All sign patterns in Gray-code order: each differs from the one before by one sign. */
function exactSignFlip(sizes: Float64Array, observed: number, bound: number): number {
  const signs = new Int8Array(sizes.length).fill(1);
  const patterns = 2 ** sizes.length;
  let total = observed;
  let extreme = 1;
  for (let pattern = 1; pattern < patterns; pattern++) {
    const flipped = 31 - Math.clz32(pattern & -pattern);
    signs[flipped] = -signs[flipped];
    total += 2 * signs[flipped] * sizes[flipped];
    if (Math.abs(total) >= bound) extreme++;
  }
  return extreme / patterns;
}

/** The chi-square test that two samples have the same shares in each bin; bins empty in both are left out. */
export function chiSquareTwoSample(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): TestResult & { df: number } {
  const bins = Array.from(first, (count, bin) => [count, second[bin]]).filter(([a, b]) => a + b > 0);
  const rows = [0, 1].map((side) => bins.reduce((total, bin) => total + bin[side], 0));
  const all = rows[0] + rows[1];
  let statistic = 0;
  for (const bin of bins) {
    for (const side of [0, 1]) {
      const expected = ((bin[0] + bin[1]) * rows[side]) / all;
      statistic += (bin[side] - expected) ** 2 / expected;
    }
  }
  const df = bins.length - 1;
  return { statistic, df, p: df < 1 || rows.includes(0) ? 1 : chiSquareSurvival(statistic, df) };
}

/**
 * The Kolmogorov-Smirnov test that two samples have one distribution. p is from the limiting distribution with
 * Stephens' correction for finite samples (1970), good to 5 % of p above 0.01 and to 10 % above 0.0001.
 */
export function kolmogorovSmirnov(first: Float64Array, second: Float64Array): TestResult {
  const [a, b] = [first.toSorted(), second.toSorted()];
  let statistic = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] <= value) i++;
    while (j < b.length && b[j] <= value) j++;
    statistic = Math.max(statistic, Math.abs(i / a.length - j / b.length));
  }
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  return { statistic, p: kolmogorovSurvival(statistic * (root + 0.12 + 0.11 / root)) };
}

/** P(K > x) of Kolmogorov's distribution. */
export function kolmogorovSurvival(x: number): number {
  if (x < 0.2) return 1;
  if (x < 1) return 1 - kolmogorovCdfSeries(x);
  let total = 0;
  for (let k = 1; k <= 20; k++) total += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return total;
}

/** The same distribution by the theta-function identity, which converges fast for small x. */
function kolmogorovCdfSeries(x: number): number {
  let total = 0;
  for (let k = 1; k <= 20; k += 2) total += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x));
  return (Math.sqrt(2 * Math.PI) / x) * total;
}

/** Holm's step-down adjustment: rejecting those below alpha makes any false rejection less likely than alpha. */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, index] of ascending(pValues).entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]));
    adjusted[index] = largest;
  }
  return adjusted;
}

/** Benjamini and Hochberg's adjustment: rejecting those below q keeps the expected share of false ones below q. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const count = pValues.length;
  const adjusted = new Array<number>(count);
  let smallest = 1;
  for (const [fromTop, index] of ascending(pValues).reverse().entries()) {
    smallest = Math.min(smallest, (pValues[index] * count) / (count - fromTop));
    adjusted[index] = smallest;
  }
  return adjusted;
}

/** Benjamini and Yekutieli's adjustment: as Benjamini and Hochberg's, whatever the dependence between the tests. */
export function benjaminiYekutieli(pValues: readonly number[]): number[] {
  const harmonic = pValues.reduce((total, _, index) => total + 1 / (index + 1), 0);
  return benjaminiHochberg(pValues).map((adjusted) => Math.min(1, adjusted * harmonic));
}

function ascending(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a] - values[b]);
}
