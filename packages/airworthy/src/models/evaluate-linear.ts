import { type RawColumns, writeFeature } from './evaluate-features.ts';
import type { LinearEstimator } from './model.ts';
import type { FeaturePlan, PlannedFeature } from './plan-features.ts';
import type { BoundedPart } from './table.ts';
import { DATE_PART_RANGES, datePart } from './timestamps.ts';

/**
 * A linear model with everything that depends on a category or a date part folded into one table each, so that a
 * row costs one look-up a field however many one-hot columns there are. The ONNX encoder uses the same terms.
 */
export interface LinearTerms {
  outputs: number;
  intercepts: Float64Array;
  weighted: WeightedTerm[];
  lookups: LookupTerm[];
}

/** Adds weights[k] * the feature's value to margin k. */
export interface WeightedTerm {
  feature: PlannedFeature;
  weights: Float64Array;
}

/** Adds table[index * outputs + k] to margin k. */
export interface LookupTerm {
  slot: number;
  /** Null: the index is the category's. Else it is the part less `first`, and `size - 1` where the part is missing. */
  part: BoundedPart | null;
  first: number;
  size: number;
  table: Float64Array;
}

export function foldLinear(plan: FeaturePlan, estimator: LinearEstimator): LinearTerms {
  const outputs = estimator.intercepts.length;
  const lookups = new Map<string, LookupTerm>();
  const weighted: WeightedTerm[] = [];
  plan.features.forEach((feature, index) => {
    const weights = Float64Array.from(estimator.coefficients, (row) => row[index]);
    const part = partOf(feature);
    if (part === null && feature.kind !== 'lookup') {
      weighted.push({ feature, weights });
      return;
    }
    const key = `${feature.slot} ${part}`;
    const term = lookups.get(key) ?? emptyTerm(plan, feature.slot, part, outputs);
    lookups.set(key, term);
    addToTable(term, feature, weights);
  });
  return {
    outputs,
    intercepts: Float64Array.from(estimator.intercepts),
    weighted,
    lookups: [...lookups.values()],
  };
}

function partOf(feature: PlannedFeature): BoundedPart | null {
  if (feature.kind !== 'date-part' && feature.kind !== 'date-part-is') return null;
  return feature.part === 'epoch-day' ? null : feature.part;
}

function emptyTerm(plan: FeaturePlan, slot: number, part: BoundedPart | null, outputs: number): LookupTerm {
  const [first, last] = part === null ? [0, -1] : DATE_PART_RANGES[part];
  const size = part === null ? plan.slots[slot].dictionary!.size : last - first + 2;
  return { slot, part, first, size, table: new Float64Array(size * outputs) };
}

function addToTable(term: LookupTerm, feature: PlannedFeature, weights: Float64Array): void {
  for (let index = 0; index < term.size; index++) {
    const value = tableValue(term, feature, index);
    if (value === 0) continue;
    for (let k = 0; k < weights.length; k++) term.table[index * weights.length + k] += weights[k] * value;
  }
}

function tableValue(term: LookupTerm, feature: PlannedFeature, index: number): number {
  if (feature.kind === 'lookup') return feature.values[index];
  const part = index === term.size - 1 ? Number.NaN : term.first + index;
  if (feature.kind === 'date-part-is') return part === feature.value ? 1 : 0;
  if (feature.kind !== 'date-part') return 0;
  return ((Number.isNaN(part) ? feature.impute : part) - feature.mean) / feature.scale;
}

/** Margins (rows x outputs) of rows start to start + rows; `scratch` holds at least one value a row. */
export function linearMargins(
  terms: LinearTerms,
  raw: RawColumns,
  start: number,
  rows: number,
  scratch: Float64Array,
  margins: Float64Array,
): void {
  const { outputs, intercepts } = terms;
  for (let row = 0; row < rows; row++) margins.set(intercepts, row * outputs);
  for (const { feature, weights } of terms.weighted) {
    if (outputs === 1 && feature.kind === 'number') {
      addNumbers(feature, raw[feature.slot], start, rows, weights[0], margins);
      continue;
    }
    writeFeature(feature, raw[feature.slot], start, rows, scratch, 0, 1);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < outputs; k++) margins[row * outputs + k] += weights[k] * scratch[row];
    }
  }
  for (const term of terms.lookups) {
    const values = raw[term.slot];
    for (let row = 0; row < rows; row++) {
      const at = lookupIndex(term, values[start + row]) * outputs;
      for (let k = 0; k < outputs; k++) margins[row * outputs + k] += term.table[at + k];
    }
  }
}

/** What most of a linear model is, in one pass: the arithmetic of `writeFeature`, weighted and added. */
function addNumbers(
  { impute, mean, scale }: { impute: number; mean: number; scale: number },
  raw: Float64Array | Int32Array,
  start: number,
  rows: number,
  weight: number,
  margins: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const value = raw[start + row];
    margins[row] += weight * (((Number.isNaN(value) ? impute : value) - mean) / scale);
  }
}

function lookupIndex(term: LookupTerm, value: number): number {
  if (term.part === null) return value;
  const part = datePart(term.part, value);
  return Number.isNaN(part) ? term.size - 1 : part - term.first;
}
