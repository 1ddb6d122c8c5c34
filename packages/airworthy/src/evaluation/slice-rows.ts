import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { CategoryColumn, Column, Table } from '../models/table.ts';
import { binOf, quantileEdges } from '../stats/quantile-edges.ts';
import type { Slice } from './schema.ts';

/** The rows with one value of a column, or in one range of it. */
export interface RowGroup {
  column: string;
  value: string;
  rows: Uint32Array;
}

/** A category column is broken down by its most frequent values; the rest is one group. */
const MOST_CATEGORIES = 20;
const DEFAULT_BINS = 5;

/** The groups of rows that the declared slices ask for. Throws SLICE_COLUMN_NOT_FOUND. */
export function sliceRows(table: Table, slices: readonly Slice[]): RowGroup[] {
  return slices.flatMap((slice) => {
    const { column: name, bins } = typeof slice === 'string' ? { column: slice, bins: DEFAULT_BINS } : slice;
    const column = table.columns[name];
    if (!column) throw columnNotFound(table, name);
    return column.kind === 'category' ? categoryGroups(name, column) : rangeGroups(name, column, bins);
  });
}

/**
 * The groups that a gate names: `carrier` for every value of the column, `carrier=AA` for one. Throws SLICE_COLUMN_NOT_FOUND, and
 * SLICE_UNKNOWN where no row is in the slice.
 */
export function gateSlices(table: Table, slices: readonly string[]): RowGroup[] {
  return slices.flatMap((slice) => {
    const at = slice in table.columns ? -1 : slice.indexOf('=');
    if (at < 0) return sliceRows(table, [slice]);
    const groups = sliceRows(table, [slice.slice(0, at)]);
    const named = groups.filter(({ value }) => value === slice.slice(at + 1));
    if (named.length > 0) return named;
    const known = groups.map(({ column, value }) => `${column}=${value}`);
    const nearest = nearestName(slice, known);
    throw new AirworthyError('SLICE_UNKNOWN', {
      message: `evaluation.gates: no row is in the slice "${slice}"; ${nearest === undefined ? `known: ${known.slice(0, 20).join(', ')}` : `did you mean "${nearest}"?`}`,
      at: 'evaluation.gates',
    });
  });
}

function columnNotFound(table: Table, name: string): AirworthyError {
  const known = Object.keys(table.columns);
  const nearest = nearestName(name, known);
  const hint =
    nearest === undefined ? `known: ${known.slice(0, 20).join(', ')}` : `did you mean "${nearest}"?`;
  return new AirworthyError('SLICE_COLUMN_NOT_FOUND', {
    message: `evaluation.slices names the column "${name}", which the data does not have; ${hint}`,
    at: 'evaluation.slices',
  });
}

function categoryGroups(name: string, { codes, categories }: CategoryColumn): RowGroup[] {
  const groups = groupRows(codes.length, categories.length, (row) => codes[row]);
  const named = groups.known
    .map((rows, code) => ({ column: name, value: categories[code], rows }))
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => b.rows.length - a.rows.length || (a.value < b.value ? -1 : 1));
  const rest = named.slice(MOST_CATEGORIES);
  const others = {
    column: name,
    value: `other (${rest.length} values)`,
    rows: Uint32Array.from(rest.flatMap(({ rows }) => [...rows])).sort(),
  };
  return [
    ...named.slice(0, MOST_CATEGORIES),
    ...(rest.length > 0 ? [others] : []),
    ...missingGroup(name, groups.missing),
  ];
}

function rangeGroups(
  name: string,
  { kind, values }: Exclude<Column, CategoryColumn>,
  bins: number,
): RowGroup[] {
  const edges = quantileEdges(values, bins);
  const groups = groupRows(values.length, edges.length + 1, (row) =>
    Number.isNaN(values[row]) ? -1 : binOf(edges, values[row]),
  );
  const text = kind === 'timestamp' ? (value: number) => new Date(value).toISOString() : String;
  const named = groups.known
    .filter((rows) => rows.length > 0)
    .map((rows) => ({ column: name, value: rangeText(values, rows, text), rows }));
  return [...named, ...missingGroup(name, groups.missing)];
}

/** What the rows hold, rather than the edges between them: `0`, or `12 … 31.5`. */
function rangeText(values: Float64Array, rows: Uint32Array, text: (value: number) => string): string {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    low = Math.min(low, values[row]);
    high = Math.max(high, values[row]);
  }
  return low === high ? text(low) : `${text(low)} … ${text(high)}`;
}

function missingGroup(column: string, rows: Uint32Array): RowGroup[] {
  return rows.length > 0 ? [{ column, value: 'missing', rows }] : [];
}

function groupRows(rows: number, groups: number, groupOf: (row: number) => number) {
  const sizes = new Uint32Array(groups + 1);
  for (let row = 0; row < rows; row++) sizes[groupOf(row) + 1]++;
  const filled = Array.from(sizes, (size) => new Uint32Array(size));
  const places = new Uint32Array(groups + 1);
  for (let row = 0; row < rows; row++) {
    const group = groupOf(row) + 1;
    filled[group][places[group]++] = row;
  }
  const [missing, ...known] = filled;
  return { missing, known };
}
