import type { Feature } from '../../models/model.ts';
import type { CategoryColumn, Task } from '../../models/table.ts';
import { createRandom } from '../../stats/random.ts';
import type { FittedFeature } from './fitted-feature.ts';
import { type KnownCategory, knownCategories } from './known-categories.ts';
import { summariseNumbers } from './summarise-numbers.ts';

const FOLDS = 5;
/** A category's mean counts as if so many rows of the overall mean were added to it. */
const SMOOTHING = 10;
/** Rarer categories than these have the overall mean, as unseen ones do. */
const MOST_CATEGORIES = 10_000;

export type TargetStatistic = Extract<Feature, { op: 'target-statistic' }>;

/** What target statistics are fitted to: the target (0 and 1, the class's index, or the value) of each row. */
export interface TargetRows {
  target: Float64Array;
  task: Task;
  seed: number;
}

/**
 * The mean target of each category, smoothed towards the overall mean; for several classes, the share of each. On
 * the training rows the values come from the other folds, so that a rare category does not reveal its own target.
 */
export function fitTargetStatistics(
  field: string,
  column: CategoryColumn,
  { target, task, seed }: TargetRows,
  scaled: boolean,
): FittedFeature[] {
  const known = knownCategories(column).slice(0, MOST_CATEGORIES);
  const folds = dealFolds(target.length, seed, field);
  if (task.kind !== 'multiclass')
    return [fitStatistic({ op: 'target-statistic', field }, column, known, target, folds, scaled)];
  return task.classes.map((name, index) => {
    const isClass = target.map((label) => (label === index ? 1 : 0));
    const head = { op: 'target-statistic' as const, field, class: name };
    return fitStatistic(head, column, known, isClass, folds, scaled);
  });
}

function dealFolds(rows: number, seed: number, field: string): Uint8Array {
  const random = createRandom(seed).fork(`target statistics of ${field}`);
  return new Uint8Array(rows).map(() => random.integer(FOLDS));
}

function fitStatistic(
  head: Pick<TargetStatistic, 'op' | 'field' | 'class'>,
  column: CategoryColumn,
  known: readonly KnownCategory[],
  response: Float64Array,
  folds: Uint8Array,
  scaled: boolean,
): FittedFeature {
  const sums = sumByFold(column, known, response, folds);
  const full = smoothedMeans(sums, null);
  const outOfFold = outOfFoldColumn(column, sums, folds);
  const { mean, scale } = scaled ? summariseNumbers(outOfFold) : { mean: 0, scale: 1 };
  const feature: TargetStatistic = {
    ...head,
    categories: known.map(({ name }) => name),
    values: [...full.subarray(0, known.length)],
    otherwise: full[known.length],
    mean,
    scale,
  };
  for (let row = 0; row < outOfFold.length; row++) outOfFold[row] = (outOfFold[row] - mean) / scale;
  return { feature, outOfFold };
}

/** Sums and counts of the response by fold and category; the last category is all rows. */
interface FoldSums {
  /** From a column's code to the category's place; that of `all` for missing and rare ones. */
  placeOf: Int32Array;
  all: number;
  sums: Float64Array;
  counts: Float64Array;
}

function sumByFold(
  { codes, categories }: CategoryColumn,
  known: readonly KnownCategory[],
  response: Float64Array,
  folds: Uint8Array,
): FoldSums {
  const all = known.length;
  const placeOf = new Int32Array(categories.length).fill(all);
  known.forEach(({ code }, place) => {
    placeOf[code] = place;
  });
  const size = FOLDS * (all + 1);
  const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
  for (let row = 0; row < codes.length; row++) {
    const start = folds[row] * (all + 1);
    sums[start + all] += response[row];
    counts[start + all] += 1;
    const place = codes[row] < 0 ? all : placeOf[codes[row]];
    if (place === all) continue;
    sums[start + place] += response[row];
    counts[start + place] += 1;
  }
  return { placeOf, all, sums, counts };
}

/** The smoothed mean of each category, and at the end the overall mean, from all folds but one. */
function smoothedMeans({ all, sums, counts }: FoldSums, without: number | null): Float64Array {
  const total = (values: Float64Array, place: number) => {
    let sum = 0;
    for (let fold = 0; fold < FOLDS; fold++) if (fold !== without) sum += values[fold * (all + 1) + place];
    return sum;
  };
  const prior = total(sums, all) / Math.max(1, total(counts, all));
  const means = new Float64Array(all + 1);
  for (let place = 0; place < all; place++) {
    means[place] = (total(sums, place) + SMOOTHING * prior) / (total(counts, place) + SMOOTHING);
  }
  means[all] = prior;
  return means;
}

function outOfFoldColumn({ codes }: CategoryColumn, sums: FoldSums, folds: Uint8Array): Float64Array {
  const means = Array.from({ length: FOLDS }, (_, fold) => smoothedMeans(sums, fold));
  const values = new Float64Array(new SharedArrayBuffer(codes.length * Float64Array.BYTES_PER_ELEMENT));
  for (let row = 0; row < codes.length; row++) {
    const place = codes[row] < 0 ? sums.all : sums.placeOf[codes[row]];
    values[row] = means[folds[row]][place];
  }
  return values;
}
