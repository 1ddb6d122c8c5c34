import { AirworthyError } from '../../kernel/errors.ts';
import type { FeatureMatrix, MatrixFeature } from '../../models/feature-matrix.ts';
import { sum } from '../../stats/sums.ts';

/** The matrix as a linear learner reads it: numbers, and categories spread into indicators. */
export interface Design {
  rows: number;
  /** Columns with every category counted as one. */
  width: number;
  numbers: NumberColumn[];
  indicators: IndicatorColumn[];
  weights: Float64Array | null;
  totalWeight: number;
  /** Weighted mean of each of the `width` columns. */
  means: Float64Array;
}

/** `at`: the place among the `width` columns. */
export interface NumberColumn {
  at: number;
  values: Float64Array;
}

export interface IndicatorColumn {
  at: number;
  categories: number;
  /** The row's category; `categories` where it is missing. */
  codes: Int32Array;
}

export function createDesign(matrix: FeatureMatrix, weights: Float64Array | null): Design {
  const numbers: NumberColumn[] = [];
  const indicators: IndicatorColumn[] = [];
  let width = 0;
  for (const feature of matrix.features) {
    if (feature.categories === null) numbers.push({ at: width, values: feature.values });
    else indicators.push(toIndicators(feature, feature.categories, width));
    width += feature.categories ?? 1;
  }
  const design = withMeans({ rows: matrix.rows, width, numbers, indicators, weights });
  if (!design.means.every(Number.isFinite)) throw notFinite(matrix, design.totalWeight);
  return design;
}

function toIndicators({ values }: MatrixFeature, categories: number, at: number): IndicatorColumn {
  return {
    at,
    categories,
    codes: Int32Array.from(values, (code) => (Number.isNaN(code) ? categories : code)),
  };
}

function notFinite({ features }: FeatureMatrix, totalWeight: number): AirworthyError {
  for (const { name, categories, values } of features) {
    const row = categories === null ? values.findIndex((value) => !Number.isFinite(value)) : -1;
    if (row < 0) continue;
    return new AirworthyError('BAD_ARGUMENT', {
      message: `feature "${name}" is ${values[row]} in row ${row}; a linear model needs finite numbers`,
      at: name,
    });
  }
  return new AirworthyError('BAD_ARGUMENT', { message: `the weights of all rows sum to ${totalWeight}` });
}

function withMeans(design: Omit<Design, 'means' | 'totalWeight'>): Design {
  const { rows, width, numbers, indicators, weights } = design;
  const totalWeight = weights === null ? rows : sum(weights);
  const means = new Float64Array(width);
  for (const { at, values } of numbers) means[at] = weightedSum(values, weights) / totalWeight;
  for (const { at, categories, codes } of indicators) {
    const counts = new Float64Array(categories + 1);
    for (let row = 0; row < rows; row++) counts[codes[row]] += weights === null ? 1 : weights[row];
    for (let code = 0; code < categories; code++) means[at + code] = counts[code] / totalWeight;
  }
  return { ...design, totalWeight, means };
}

export function weightedSum(values: Float64Array, weights: Float64Array | null): number {
  if (weights === null) return sum(values);
  let total = 0;
  for (let row = 0; row < values.length; row++) total += values[row] * weights[row];
  return total;
}

/** Weighted sums of squared deviations of each of the `width` columns from its mean. */
export function squaresOf({
  rows,
  width,
  numbers,
  indicators,
  weights,
  totalWeight,
  means,
}: Design): Float64Array {
  const squares = new Float64Array(width);
  for (const { at, values } of numbers) {
    for (let row = 0; row < rows; row++) {
      squares[at] += (weights === null ? 1 : weights[row]) * (values[row] - means[at]) ** 2;
    }
  }
  for (const { at, categories } of indicators) {
    for (let j = at; j < at + categories; j++) squares[j] = totalWeight * means[j] * (1 - means[j]);
  }
  return squares;
}

/**
 * About so many rows, evenly spaced, weighted to stand for all, as a design and a target of their own; null where
 * that would be most of the rows.
 */
export function sampleRows(
  design: Design,
  target: Float64Array,
  rows: number,
): { design: Design; target: Float64Array } | null {
  const step = Math.floor(design.rows / rows);
  if (step <= 1) return null;
  const length = Math.ceil(design.rows / step);
  const take = (values: Float64Array) => Float64Array.from({ length }, (_, index) => values[index * step]);
  const takeCodes = (codes: Int32Array) => Int32Array.from({ length }, (_, index) => codes[index * step]);
  const weights = design.weights === null ? new Float64Array(length).fill(1) : take(design.weights);
  const raise = design.totalWeight / sum(weights);
  const sample = withMeans({
    rows: length,
    width: design.width,
    numbers: design.numbers.map(({ at, values }) => ({ at, values: take(values) })),
    indicators: design.indicators.map((column) => ({ ...column, codes: takeCodes(column.codes) })),
    weights: weights.map((weight) => weight * raise),
  });
  return { design: sample, target: take(target) };
}
