import type { ClassCounts, Confusion } from '../confusion-metrics.ts';

/** By how much a metric changes, times the number of rows, where a row of this truth and prediction weighs more. */
export type Influence = (truth: number, predicted: number) => number;

export interface LabelTable {
  confusion: Confusion;
  margins: readonly ClassCounts[];
  rows: number;
}

/** The standard error of a metric of labels: its rows' influence, squared and averaged (Jaeckel 1972). */
export function standardErrorOf({ confusion, rows }: LabelTable, influence: Influence): number {
  const { classes, counts } = confusion;
  let squares = 0;
  counts.forEach((count, cell) => {
    if (count > 0) squares += count * influence(Math.floor(cell / classes), cell % classes) ** 2;
  });
  return Math.sqrt(squares / (rows - 1) / rows);
}

/** F1 over classes: their mean, or that weighted by their rows. */
export function f1Influence({ margins, rows }: LabelTable, average: 'macro' | 'weighted'): Influence {
  const scores = margins.map(({ hits, actual, predicted }) =>
    actual + predicted > 0 ? (2 * hits) / (actual + predicted) : 0,
  );
  const present = margins.filter(({ actual, predicted }) => actual + predicted > 0).length;
  const weights = margins.map(({ actual }) => (average === 'macro' ? 1 / present : actual / rows));
  const value = scores.reduce((sum, score, label) => sum + weights[label] * score, 0);
  const change = (label: number, hit: boolean): number => {
    const { actual, predicted } = margins[label];
    return (weights[label] * ((hit ? 2 : 0) - scores[label] * (hit ? 2 : 1))) / (actual + predicted);
  };
  return (truth, predicted) => {
    const ofScores =
      truth === predicted ? change(truth, true) : change(truth, false) + change(predicted, false);
    return rows * ofScores + (average === 'weighted' ? scores[truth] - value : 0);
  };
}

export function matthewsInfluence({ margins, rows }: LabelTable, value: number): Influence {
  let [right, predictedSquares, actualSquares] = [0, 0, 0];
  for (const { hits, actual, predicted } of margins) {
    right += hits;
    predictedSquares += predicted ** 2;
    actualSquares += actual ** 2;
  }
  const spreads = [rows * rows - predictedSquares, rows * rows - actualSquares];
  return (truth, predicted) => {
    const agreement =
      (truth === predicted ? rows : 0) + right - margins[truth].predicted - margins[predicted].actual;
    const growth = [2 * (rows - margins[predicted].predicted), 2 * (rows - margins[truth].actual)];
    const ofSpreads = growth[0] / spreads[0] + growth[1] / spreads[1];
    return rows * (agreement / Math.sqrt(spreads[0] * spreads[1]) - (value / 2) * ofSpreads);
  };
}

export function kappaInfluence({ margins, rows }: LabelTable): Influence {
  let [wrong, byChance] = [rows, 0];
  for (const { hits, actual, predicted } of margins) {
    wrong -= hits;
    byChance += (actual * predicted) / rows;
  }
  const expected = rows - byChance;
  return (truth, predicted) => {
    const ofWrong = truth === predicted ? 0 : 1;
    const ofExpected = 1 - (margins[truth].predicted + margins[predicted].actual - byChance) / rows;
    return (rows * (wrong * ofExpected - ofWrong * expected)) / expected ** 2;
  };
}
