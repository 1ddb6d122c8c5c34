import { applyFeatures } from '../../models/evaluate-features.ts';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import type { Feature } from '../../models/model.ts';
import type { Field, Table } from '../../models/table.ts';

/**
 * The features of every row with each run of indicators of one field (or of one part of a date, by ascending value)
 * as a single column of codes: what is 0 in all rows but one indicator each takes no memory and no time.
 */
export function applyLinearFeatures(
  features: readonly Feature[],
  fields: readonly Field[],
  table: Table,
): FeatureMatrix {
  const runs = toRuns(features);
  const matrix = applyFeatures(runs.map(toCodes), fields, table);
  const columns = matrix.features.map((column, index) => {
    const isIndicators = runs[index][0].op === 'one-hot' || runs[index][0].op === 'date-part-is';
    return isIndicators ? { ...column, categories: runs[index].length } : column;
  });
  return { rows: matrix.rows, features: columns };
}

function toRuns(features: readonly Feature[]): Feature[][] {
  const runs: Feature[][] = [];
  for (const feature of features) {
    const run = runs.at(-1);
    if (run && continues(run, feature)) run.push(feature);
    else runs.push([feature]);
  }
  return runs;
}

function continues(run: readonly Feature[], feature: Feature): boolean {
  const [first] = run;
  if (feature.op === 'one-hot') return first.op === 'one-hot' && first.field === feature.field;
  if (feature.op !== 'date-part-is' || first.op !== 'date-part-is') return false;
  const isNext = feature.value === first.value + run.length;
  return isNext && first.field === feature.field && first.part === feature.part;
}

function toCodes(run: readonly Feature[]): Feature {
  const [first] = run;
  if (first.op === 'one-hot') {
    const categories = run.flatMap((feature) => (feature.op === 'one-hot' ? [feature.category] : []));
    return { op: 'category-code', field: first.field, categories };
  }
  if (first.op !== 'date-part-is') return first;
  return { op: 'date-part', field: first.field, part: first.part, mean: first.value, scale: 1 };
}
