import { AirworthyError } from '../kernel/errors.ts';
import type { FeatureMatrix, MatrixFeature } from './feature-matrix.ts';
import type { Feature } from './model.ts';
import { type FeaturePlan, type PlannedFeature, planFeatures, type Slot } from './plan-features.ts';
import type { Column, Field, Table } from './table.ts';
import { datePart, LAST_TIME } from './timestamps.ts';

/** Per slot of a plan, a value a row: the number, the milliseconds, or the category's index in the dictionary. */
export type RawColumns = readonly (Float64Array | Int32Array)[];

/** A table's columns in the order of the plan's slots. Numbers are not copied; categories are remapped once. */
export function bindTable(plan: FeaturePlan, table: Table): RawColumns {
  return plan.slots.map((slot) => bindColumn(slot, table.columns[slot.field.name]));
}

function bindColumn(slot: Slot, column: Column | undefined): Float64Array | Int32Array {
  const expected = slot.dictionary ? 'category' : slot.field.kind === 'timestamp' ? 'timestamp' : 'number';
  if (column?.kind !== expected) {
    const found = column ? `is a ${column.kind} column` : 'is missing';
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `column "${slot.field.name}" ${found}; the model needs a ${expected} column`,
      at: slot.field.name,
    });
  }
  if (column.kind !== 'category') return column.values;
  const { indexOf, unseen, missing } = slot.dictionary!;
  const remap = column.categories.map((name) => (name === '' ? missing : (indexOf.get(name) ?? unseen)));
  return column.codes.map((code) => (code < 0 ? missing : remap[code]));
}

/** Writes rows start to start + count of one feature to out[offset], out[offset + stride], … */
export function writeFeature(
  feature: PlannedFeature,
  raw: Float64Array | Int32Array,
  start: number,
  count: number,
  out: Float64Array,
  offset: number,
  stride: number,
): void {
  if (feature.kind === 'lookup') {
    const { values } = feature;
    for (let row = 0; row < count; row++) out[offset + row * stride] = values[raw[start + row]];
    return;
  }
  if (feature.kind === 'number') {
    writeNumbers(feature, raw, start, count, out, offset, stride);
    return;
  }
  for (let row = 0; row < count; row++) {
    out[offset + row * stride] = featureValue(feature, raw[start + row]);
  }
}

/** Numbers are most features: in a loop of their own, without arithmetic where there is none to do. */
function writeNumbers(
  { impute, mean, scale }: { impute: number; mean: number; scale: number },
  raw: Float64Array | Int32Array,
  start: number,
  count: number,
  out: Float64Array,
  offset: number,
  stride: number,
): void {
  if (mean === 0 && scale === 1 && Number.isNaN(impute)) {
    for (let row = 0; row < count; row++) out[offset + row * stride] = raw[start + row];
    return;
  }
  for (let row = 0; row < count; row++) {
    const value = raw[start + row];
    out[offset + row * stride] = ((Number.isNaN(value) ? impute : value) - mean) / scale;
  }
}

function featureValue(feature: Exclude<PlannedFeature, { kind: 'lookup' }>, raw: number): number {
  switch (feature.kind) {
    case 'number':
      return standardise(feature, raw);
    case 'date-part':
      return standardise(feature, datePart(feature.part, raw));
    case 'date-part-is':
      return datePart(feature.part, raw) === feature.value ? 1 : 0;
    case 'is-missing':
      return (feature.isTime ? Math.abs(raw) <= LAST_TIME : !Number.isNaN(raw)) ? 0 : 1;
  }
}

function standardise(feature: { impute: number; mean: number; scale: number }, value: number): number {
  return ((Number.isNaN(value) ? feature.impute : value) - feature.mean) / feature.scale;
}

/**
 * The features of every row of a table, one column a feature, in shared memory so that worker threads read them
 * without a copy (an unchanged number column is the table's own). What training learns from and what `compileModel`
 * computes are the same by construction.
 *
 * @throws BAD_ARGUMENT where the table lacks a column or has it in another kind.
 * @example
 * applyFeatures(model.features, model.fields, table).features[0].values;
 */
export function applyFeatures(
  features: readonly Feature[],
  fields: readonly Field[],
  table: Table,
): FeatureMatrix {
  const plan = planFeatures({ features: [...features], fields: [...fields] });
  const raw = bindTable(plan, table);
  const columns = plan.features.map((planned, index): MatrixFeature => {
    const feature = features[index];
    const categories = feature.op === 'category-code' ? feature.categories.length : null;
    return {
      name: nameOf(feature),
      categories,
      values: featureColumn(planned, raw[planned.slot], table.rows),
    };
  });
  return { rows: table.rows, features: columns };
}

function featureColumn(feature: PlannedFeature, raw: Float64Array | Int32Array, rows: number): Float64Array {
  const unchanged =
    feature.kind === 'number' && Number.isNaN(feature.impute) && feature.mean === 0 && feature.scale === 1;
  if (unchanged && raw instanceof Float64Array) return raw;
  const values = new Float64Array(new SharedArrayBuffer(rows * Float64Array.BYTES_PER_ELEMENT));
  writeFeature(feature, raw, 0, rows, values, 0, 1);
  return values;
}

/** A feature's name for people: `origin`, `origin=ORD`, `date.hour`. */
export function nameOf(feature: Feature): string {
  switch (feature.op) {
    case 'number':
    case 'category-code':
      return feature.field;
    case 'is-missing':
      return `${feature.field} is missing`;
    case 'date-part':
      return `${feature.field}.${feature.part}`;
    case 'date-part-is':
      return `${feature.field}.${feature.part}=${feature.value}`;
    case 'one-hot':
      return `${feature.field}=${feature.category}`;
    case 'target-statistic':
      return `${feature.class === undefined ? 'mean target' : `share of ${feature.class}`} by ${feature.field}`;
  }
}
