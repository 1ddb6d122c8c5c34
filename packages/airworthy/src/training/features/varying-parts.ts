import { applyFeatures } from '../../models/evaluate-features.ts';
import type { BoundedPart, Field, TimestampColumn } from '../../models/table.ts';

/** A part of a timestamp column that differs between rows, and the least and greatest value it takes. */
export interface VaryingPart {
  part: BoundedPart;
  first: number;
  last: number;
}

/** Those of the parts that vary and that the field allows; a part that does not vary tells a learner nothing. */
export function varyingParts(
  field: Field,
  column: TimestampColumn,
  usual: readonly BoundedPart[],
): VaryingPart[] {
  const parts = usual.filter((part) => field.parts?.includes(part) ?? true);
  const rows = column.values.length;
  const features = parts.map((part) => ({
    op: 'date-part' as const,
    field: field.name,
    part,
    mean: 0,
    scale: 1,
  }));
  const matrix = applyFeatures(features, [field], { rows, columns: { [field.name]: column } });
  return matrix.features
    .map(({ values }, index) => ({ part: parts[index], ...rangeOf(values) }))
    .filter(({ first, last }) => first < last);
}

function rangeOf(values: Float64Array): { first: number; last: number } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    if (values[row] < first) first = values[row];
    if (values[row] > last) last = values[row];
  }
  return { first, last };
}
