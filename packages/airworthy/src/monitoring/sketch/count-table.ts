import type { Column, Table } from '../../models/table.ts';
import { mergeNames } from './frequent-names.ts';
import {
  type CategoryLayout,
  type ColumnLayout,
  type NumberLayout,
  placeOfMissing,
  placeOfNumber,
} from './layout.ts';
import type { ColumnCounts, NumberSums } from './window-sketch.ts';

/** The columns of a table counted as those of a window are. Throws TypeError where a column is not there or of another kind. */
export function countTable(columns: readonly ColumnLayout[], table: Table): ColumnCounts[] {
  return columns.map((layout) => countColumn(layout, table.columns[layout.name]));
}

function countColumn(layout: ColumnLayout, column: Column | undefined): ColumnCounts {
  if (column?.kind !== layout.kind)
    throw new TypeError(`column "${layout.name}" is not a ${layout.kind} in the table`);
  if (column.kind === 'category') return countCategories(layout as CategoryLayout, column);
  if (layout.kind === 'number') return countNumbers(layout, column.values);
  let missing = 0;
  for (const value of column.values) if (Number.isNaN(value)) missing += 1;
  return { counts: [column.values.length - missing, missing] };
}

function countNumbers(layout: NumberLayout, values: Float64Array): ColumnCounts {
  const { center, scale } = layout;
  const counts = new Float64Array(layout.places);
  const missing = placeOfMissing(layout);
  let [rows, sum, squares] = [0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isNaN(value)) {
      counts[missing] += 1;
      continue;
    }
    counts[placeOfNumber(layout, value)] += 1;
    if (!Number.isFinite(value)) continue;
    const z = (value - center) / scale;
    rows += 1;
    sum += z;
    squares += z * z;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const sums: NumberSums = { rows, sum, squares, min: rows > 0 ? min : null, max: rows > 0 ? max : null };
  return { counts: Array.from(counts), sums };
}

function countCategories(
  layout: CategoryLayout,
  { codes, categories }: Extract<Column, { kind: 'category' }>,
): ColumnCounts {
  const byCode = new Float64Array(categories.length);
  let missing = 0;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] < 0) missing += 1;
    else byCode[codes[row]] += 1;
  }
  const counts = new Array<number>(layout.places).fill(0);
  const unseen: [string, number][] = [];
  categories.forEach((category, code) => {
    const place = category === '' ? layout.places - 1 : (layout.placeOf.get(category) ?? layout.unknown);
    counts[place] += byCode[code];
    if (place === layout.top.length + 1 && byCode[code] > 0) unseen.push([category, byCode[code]]);
  });
  counts[layout.places - 1] += missing;
  return { counts, unseen: mergeNames([], unseen) };
}
