import { solveLinear } from './solve-linear.ts';

/** Samples around a row and what the model says of them. */
export interface LocalSamples {
  /** Samples x features, 0 or 1: is the feature as it is in the row? */
  presence: Uint8Array;
  features: number;
  outputs: Float64Array;
  /** Nearness of each sample to the row. */
  weights: Float64Array;
}

export interface LocalModel {
  intercept: number;
  coefficients: Float64Array;
  /** Share of the weighted variation of the outputs that the model explains. */
  r2: number;
  /** What it says of the row itself. */
  localPrediction: number;
}

/** Ridge regression with this penalty on the coefficients, none on the intercept (Ribeiro et al. 2016). */
const PENALTY = 1;

/** LIME's local model: weighted ridge regression of the outputs on presence. */
export function fitLocalModel({ presence, features, outputs, weights }: LocalSamples): LocalModel {
  const size = features + 1;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const row = new Float64Array(size);
  row[features] = 1;
  for (let sample = 0; sample < outputs.length; sample++) {
    for (let feature = 0; feature < features; feature++) row[feature] = presence[sample * features + feature];
    for (let i = 0; i < size; i++) {
      if (row[i] === 0) continue;
      right[i] += weights[sample] * outputs[sample];
      for (let j = 0; j < size; j++) matrix[i * size + j] += weights[sample] * row[j];
    }
  }
  for (let feature = 0; feature < features; feature++) matrix[feature * size + feature] += PENALTY;
  const solved = solveLinear(matrix, right) ?? new Float64Array(size).fill(Number.NaN);
  const coefficients = solved.slice(0, features);
  const intercept = solved[features];
  return {
    intercept,
    coefficients,
    r2: explainedShare({ presence, features, outputs, weights }, coefficients, intercept),
    localPrediction: coefficients.reduce((sum, coefficient) => sum + coefficient, intercept),
  };
}

function explainedShare(
  { presence, features, outputs, weights }: LocalSamples,
  coefficients: Float64Array,
  intercept: number,
): number {
  let total = 0;
  let sum = 0;
  for (let sample = 0; sample < outputs.length; sample++) {
    total += weights[sample];
    sum += weights[sample] * outputs[sample];
  }
  let left = 0;
  let all = 0;
  for (let sample = 0; sample < outputs.length; sample++) {
    let fitted = intercept;
    for (let feature = 0; feature < features; feature++)
      fitted += coefficients[feature] * presence[sample * features + feature];
    left += weights[sample] * (outputs[sample] - fitted) ** 2;
    all += weights[sample] * (outputs[sample] - sum / total) ** 2;
  }
  // A model that says the same everywhere leaves nothing to explain.
  return all > 0 ? 1 - left / all : 0;
}

/** Of tables: by the Euclidean distance of presence, in a kernel of width 0.75 times the root of the number of features. */
export function fieldNearness(presence: Uint8Array, features: number): Float64Array {
  const width = 0.75 * Math.sqrt(features);
  return nearness(presence, features, (present) => Math.sqrt(features - present), width);
}

/** Of texts: by 100 times the cosine distance from all words there, in a kernel of width 25. */
export function wordNearness(presence: Uint8Array, features: number): Float64Array {
  return nearness(presence, features, (present) => 100 * (1 - Math.sqrt(present / features)), 25);
}

function nearness(
  presence: Uint8Array,
  features: number,
  distance: (present: number) => number,
  width: number,
): Float64Array {
  const samples = presence.length / features;
  return Float64Array.from({ length: samples }, (_, sample) => {
    let present = 0;
    for (let feature = 0; feature < features; feature++) present += presence[sample * features + feature];
    return Math.sqrt(Math.exp(-(distance(present) ** 2) / width ** 2));
  });
}

/** A local model below this share explained says too little. */
export const LEAST_R2 = 0.3;
/** And one of whose strongest terms a second seed confirms less than this share. */
export const LEAST_STABILITY = 2 / 3;

/** Features by the size of their coefficient, largest first. */
export function strongest(coefficients: Float64Array, most: number): number[] {
  return [...coefficients.keys()]
    .sort((a, b) => Math.abs(coefficients[b]) - Math.abs(coefficients[a]) || a - b)
    .slice(0, most);
}

/** Which share of the first model's strongest terms the second has too among its own, with the same sign. */
export function agreement(first: Float64Array, second: Float64Array, most: number): number {
  const top = strongest(first, most);
  const other = new Set(strongest(second, most));
  const same = top.filter((at) => other.has(at) && Math.sign(first[at]) === Math.sign(second[at]));
  return top.length === 0 ? 1 : same.length / top.length;
}

/** Why a local model is not to be shown; null where it is. */
export function distrust(r2: number, stability: number): string | null {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  if (!(r2 >= LEAST_R2)) {
    return `the local model explains ${percent(Math.max(0, r2))} of what the model does here, less than ${percent(LEAST_R2)}`;
  }
  if (stability >= LEAST_STABILITY) return null;
  return `two seeds agree on ${percent(stability)} of the strongest terms, less than ${percent(LEAST_STABILITY)}`;
}
