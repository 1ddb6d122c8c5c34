/**
 * Metrics of predicted labels, all functions of the confusion matrix. Semantics are scikit-learn's; where it answers
 * 0 for a division by zero, so do these.
 */

/** counts[truth * classes + predicted]: rows, or their weights. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Float64Array;
}

/** Class indices, 0 … classes-1. */
export type Labels = Uint8Array | Int32Array;

export function confusionMatrix(
  truth: Labels,
  predicted: Labels,
  classes: number,
  weights?: Float64Array | null,
): Confusion {
  const counts = new Float64Array(classes * classes);
  for (let row = 0; row < truth.length; row++) {
    counts[truth[row] * classes + predicted[row]] += weights ? weights[row] : 1;
  }
  return { classes, counts };
}

/** Hits, misses and false alarms of one class. */
export interface ClassCounts {
  hits: number;
  /** Rows of the class. */
  actual: number;
  /** Rows predicted to be of the class. */
  predicted: number;
}

export function classCounts({ classes, counts }: Confusion, label: number): ClassCounts {
  let actual = 0;
  let predicted = 0;
  for (let other = 0; other < classes; other++) {
    actual += counts[label * classes + other];
    predicted += counts[other * classes + label];
  }
  return { hits: counts[label * classes + label], actual, predicted };
}

function everyClass(confusion: Confusion): ClassCounts[] {
  return Array.from({ length: confusion.classes }, (_, label) => classCounts(confusion, label));
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const precisionOf = ({ hits, predicted }: ClassCounts): number => ratio(hits, predicted);
const recallOf = ({ hits, actual }: ClassCounts): number => ratio(hits, actual);
const f1Of = ({ hits, actual, predicted }: ClassCounts): number => ratio(2 * hits, actual + predicted);

/** Precision of class 1 against class 0. */
export function precision(confusion: Confusion): number {
  return precisionOf(classCounts(confusion, 1));
}

/** Recall (sensitivity) of class 1. */
export function recall(confusion: Confusion): number {
  return recallOf(classCounts(confusion, 1));
}

/** Harmonic mean of precision and recall of class 1. */
export function f1(confusion: Confusion): number {
  return f1Of(classCounts(confusion, 1));
}

export type Average = 'macro' | 'weighted' | 'micro';

/** Precision over all classes: their mean, their mean weighted by size, or pooled over rows (which is accuracy). */
export function averagePrecisionOfClasses(confusion: Confusion, average: Average): number {
  return averaged(confusion, average, precisionOf);
}

/** Recall over all classes. */
export function averageRecall(confusion: Confusion, average: Average): number {
  return averaged(confusion, average, recallOf);
}

/** F1 over all classes. */
export function averageF1(confusion: Confusion, average: Average): number {
  return averaged(confusion, average, f1Of);
}

/** Classes that are neither true nor predicted anywhere take no part, as where labels are found in the data. */
function averaged(confusion: Confusion, average: Average, score: (counts: ClassCounts) => number): number {
  if (average === 'micro') return accuracy(confusion);
  let total = 0;
  let weights = 0;
  for (const counts of everyClass(confusion)) {
    if (counts.actual === 0 && counts.predicted === 0) continue;
    const weight = average === 'macro' ? 1 : counts.actual;
    total += weight * score(counts);
    weights += weight;
  }
  return total / weights;
}

/** Share of rows whose label is right. */
export function accuracy({ classes, counts }: Confusion): number {
  let right = 0;
  let total = 0;
  for (let cell = 0; cell < counts.length; cell++) total += counts[cell];
  for (let label = 0; label < classes; label++) right += counts[label * classes + label];
  return right / total;
}

/** Mean recall over the classes that occur. */
export function balancedAccuracy(confusion: Confusion): number {
  const present = everyClass(confusion).filter((counts) => counts.actual > 0);
  return present.reduce((total, counts) => total + recallOf(counts), 0) / present.length;
}

/** Matthews correlation coefficient; for more classes the R_K statistic (Gorodkin 2004). 0 where undefined. */
export function matthewsCorrelation(confusion: Confusion): number {
  let right = 0;
  let total = 0;
  let both = 0;
  let predictedSquares = 0;
  let actualSquares = 0;
  for (const { hits, actual, predicted } of everyClass(confusion)) {
    right += hits;
    total += actual;
    both += actual * predicted;
    predictedSquares += predicted * predicted;
    actualSquares += actual * actual;
  }
  const spread = (total * total - predictedSquares) * (total * total - actualSquares);
  return spread === 0 ? 0 : (right * total - both) / Math.sqrt(spread);
}

/** Cohen's kappa; with quadratic weights for ordered classes. NaN where one class is all there is. */
export function cohenKappa(confusion: Confusion, weights: 'none' | 'linear' | 'quadratic' = 'none'): number {
  const { classes, counts } = confusion;
  const margins = everyClass(confusion);
  const total = margins.reduce((all, { actual }) => all + actual, 0);
  let observed = 0;
  let expected = 0;
  for (let truth = 0; truth < classes; truth++) {
    for (let label = 0; label < classes; label++) {
      const weight = disagreement(truth, label, weights);
      observed += weight * counts[truth * classes + label];
      expected += (weight * margins[truth].actual * margins[label].predicted) / total;
    }
  }
  return expected === 0 ? Number.NaN : 1 - observed / expected;
}

function disagreement(truth: number, label: number, weights: 'none' | 'linear' | 'quadratic'): number {
  if (weights === 'none') return truth === label ? 0 : 1;
  return weights === 'linear' ? Math.abs(truth - label) : (truth - label) ** 2;
}
