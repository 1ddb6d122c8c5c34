import { labelsAt, mostProbable } from './classification-metrics.ts';
import type { Labels } from './confusion-metrics.ts';

/** What happened and what was predicted, row by row: all that a metric needs. */
export type Outcomes = BinaryOutcomes | MulticlassOutcomes | RegressionOutcomes;

export interface BinaryOutcomes {
  kind: 'binary';
  /** 1 for the positive class. */
  y: Uint8Array;
  /** Probability of the positive class. */
  scores: Float64Array;
  /** The label predicted at the decision threshold. */
  predicted: Uint8Array;
  classes: 2;
}

export interface MulticlassOutcomes {
  kind: 'multiclass';
  /** Class indices. */
  y: Int32Array;
  /** Row-major, one probability a class. */
  scores: Float64Array;
  predicted: Int32Array;
  classes: number;
}

export interface RegressionOutcomes {
  kind: 'regression';
  y: Float64Array;
  scores: Float64Array;
}

export function binaryOutcomes(y: Uint8Array, probability: Float64Array, threshold = 0.5): BinaryOutcomes {
  return { kind: 'binary', y, scores: probability, predicted: labelsAt(probability, threshold), classes: 2 };
}

export function multiclassOutcomes(
  y: Int32Array,
  probabilities: Float64Array,
  classes: number,
): MulticlassOutcomes {
  return {
    kind: 'multiclass',
    y,
    scores: probabilities,
    predicted: mostProbable(probabilities, classes),
    classes,
  };
}

export function regressionOutcomes(y: Float64Array, values: Float64Array): RegressionOutcomes {
  return { kind: 'regression', y, scores: values };
}

/** The probabilities of one class, for one-against-rest metrics. */
export function oneAgainstRest({ y, scores, classes }: MulticlassOutcomes, label: number) {
  const isClass = new Uint8Array(y.length);
  const probability = new Float64Array(y.length);
  for (let row = 0; row < y.length; row++) {
    isClass[row] = y[row] === label ? 1 : 0;
    probability[row] = scores[row * classes + label];
  }
  return { y: isClass, probability };
}

/** What calibration is judged on: binary, the positive class; multiclass, the predicted class and whether it was right. */
export function confidenceAndOutcome(outcomes: BinaryOutcomes | MulticlassOutcomes): {
  outcome: Uint8Array;
  confidence: Float64Array;
} {
  if (outcomes.kind === 'binary') return { outcome: outcomes.y, confidence: outcomes.scores };
  const { y, scores, predicted, classes } = outcomes;
  const outcome = new Uint8Array(y.length);
  const confidence = new Float64Array(y.length);
  for (let row = 0; row < y.length; row++) {
    outcome[row] = predicted[row] === y[row] ? 1 : 0;
    confidence[row] = scores[row * classes + predicted[row]];
  }
  return { outcome, confidence };
}

/** The outcomes of some of the rows. */
export function selectOutcomes<Kind extends Outcomes>(outcomes: Kind, rows: Uint32Array): Kind;
export function selectOutcomes(outcomes: Outcomes, rows: Uint32Array): Outcomes {
  if (outcomes.kind === 'binary') {
    const { y, scores, predicted } = outcomes;
    return { ...outcomes, y: pick(y, rows), scores: pick(scores, rows), predicted: pick(predicted, rows) };
  }
  if (outcomes.kind === 'regression') {
    return { ...outcomes, y: pick(outcomes.y, rows), scores: pick(outcomes.scores, rows) };
  }
  const { y, scores, predicted, classes } = outcomes;
  const chosen = new Float64Array(rows.length * classes);
  for (let place = 0; place < rows.length; place++) {
    const start = rows[place] * classes;
    chosen.set(scores.subarray(start, start + classes), place * classes);
  }
  return { ...outcomes, y: pick(y, rows), scores: chosen, predicted: pick(predicted, rows) };
}

function pick<Values extends Labels | Float64Array>(values: Values, rows: Uint32Array): Values {
  const chosen = new (values.constructor as new (length: number) => Values)(rows.length);
  for (let place = 0; place < rows.length; place++) chosen[place] = values[rows[place]];
  return chosen;
}
