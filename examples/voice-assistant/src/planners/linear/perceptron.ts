/** For each feature, a weight for each class. */
export type Weights = Map<string, Float64Array>;

/**
 * An averaged perceptron's weights while it learns. The average over all steps is much better on new sentences than the last
 * weights, and `pending` (what was learnt times when) gives it without a sum over all weights at each step.
 */
export class LearningWeights {
  readonly weights: Weights = new Map();
  readonly #pending: Weights = new Map();
  readonly #classes: number;
  #step = 1;

  constructor(classes: number) {
    this.#classes = classes;
  }

  learn(features: readonly string[], index: number, amount: number): void {
    for (const feature of features) {
      rowOf(this.weights, feature, this.#classes)[index] += amount;
      rowOf(this.#pending, feature, this.#classes)[index] += amount * this.#step;
    }
  }

  endStep(): void {
    this.#step++;
  }

  averaged(): Weights {
    const step = this.#step;
    return new Map(
      [...this.weights].map(([feature, row]) => {
        const pending = rowOf(this.#pending, feature, this.#classes);
        return [feature, row.map((weight, i) => weight - pending[i] / step)];
      }),
    );
  }
}

/** What the features say for each class. */
export function scoresOf(weights: Weights, features: readonly string[], classes: number): Float32Array {
  const scores = new Float32Array(classes);
  for (const feature of features) {
    const row = weights.get(feature);
    if (row) for (let i = 0; i < classes; i++) scores[i] += row[i];
  }
  return scores;
}

function rowOf(weights: Weights, feature: string, classes: number): Float64Array {
  const known = weights.get(feature);
  if (known) return known;
  const row = new Float64Array(classes);
  weights.set(feature, row);
  return row;
}
