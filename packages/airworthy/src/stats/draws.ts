import { logBinomialTerm } from './distributions/factorial-terms.ts';
import type { Random } from './random.ts';

/** Below this mean counting up from 0 is fastest; the rejection method is not valid there anyway. */
const SMALL_MEAN = 10;

/** An exact binomial draw, at a cost that does not grow with the trials. */
export function binomialDraw(random: Random, trials: number, probability: number): number {
  if (probability > 0.5) return trials - binomialDraw(random, trials, 1 - probability);
  if (trials * probability < SMALL_MEAN) return drawByInversion(random, trials, probability);
  return drawByRejection(random, trials, probability);
}

/** One uniform number, compared with the cumulative probabilities from 0 up. */
function drawByInversion(random: Random, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  let term = Math.exp(trials * Math.log1p(-probability));
  let left = random.next();
  let hits = 0;
  while (left >= term && hits < trials) {
    left -= term;
    hits++;
    term *= (odds * (trials - hits + 1)) / hits;
  }
  return hits;
}

/** Transformed rejection with squeeze, algorithm BTRS (Hörmann 1993). */
function drawByRejection(random: Random, trials: number, p: number): number {
  const deviation = Math.sqrt(trials * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const squeeze = 0.92 - 4.2 / b;
  const mode = Math.floor((trials + 1) * p);
  for (;;) {
    const u = random.next() - 0.5;
    const v = 1 - random.next();
    const edge = 0.5 - Math.abs(u);
    const hits = Math.floor(((2 * a) / edge + b) * u + trials * p + 0.5);
    if (edge >= 0.07 && v <= squeeze) return hits;
    if (hits < 0 || hits > trials) continue;
    const height = Math.log((v * (2.83 + 5.1 / b) * deviation) / (a / (edge * edge) + b));
    const relative = logBinomialTerm(hits, trials, p, 1 - p) - logBinomialTerm(mode, trials, p, 1 - p);
    if (height <= relative) return hits;
  }
}

/**
 * How often each group appears when rows are drawn with replacement from groups of these sizes, written into `out`: a
 * bootstrap of grouped rows at a cost that does not grow with the rows. As many are drawn as there are, if not told.
 */
export function multinomialDraw(random: Random, sizes: Float64Array, out: Float64Array, rows?: number): void {
  let massLeft = sizes.reduce((total, size) => total + size, 0);
  let rowsLeft = rows ?? massLeft;
  for (let group = 0; group < sizes.length; group++) {
    const last = sizes[group] >= massLeft;
    const drawn = last ? rowsLeft : binomialDraw(random, rowsLeft, sizes[group] / massLeft);
    out[group] = drawn;
    rowsLeft -= drawn;
    massLeft -= sizes[group];
  }
}
