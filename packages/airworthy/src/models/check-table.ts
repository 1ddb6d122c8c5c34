import type { CategoryColumn, Column, Field, Table } from './table.ts';
import { LAST_TIME } from './timestamps.ts';
import { ABSENT, EMPTY, extraField, isNull, notListed, outOfRange, wrongKind } from './value-problem.ts';

/** What is wrong with one value of a table. */
export interface RowProblem {
  /** From 0. */
  row: number;
  field: string;
  /** In the words in which a record's problems are told: `must be at least 1 miles, got 0`. */
  problem: string;
}

/**
 * The problems of every row of a table, by row; none where each would pass as a record. A missing value counts as
 * null, a column that is not there as absent. As for a record, the range of a time is looked at where nothing else
 * is wrong with the row.
 *
 * @example
 * checkTable(signature.fields, table); // [{ row: 3, field: 'distance', problem: 'must be at least 1 miles, got 0' }]
 */
export function checkTable(fields: readonly Field[], table: Table): RowProblem[] {
  const names = new Set(fields.map((field) => field.name));
  const extra = Object.keys(table.columns).filter((name) => !names.has(name));
  const problems = [
    ...extra.flatMap((name) => inEveryRow(table.rows, name, extraField(name, fields))),
    ...fields.flatMap((field) => checkColumn(field, table.columns[field.name], table.rows)),
  ];
  const faulty = new Set(problems.map(({ row }) => row));
  const late = fields
    .flatMap((field) => checkTimes(field, table.columns[field.name]))
    .filter(({ row }) => !faulty.has(row));
  return [...problems, ...late].sort((a, b) => a.row - b.row);
}

function inEveryRow(rows: number, field: string, problem: string): RowProblem[] {
  return Array.from({ length: rows }, (_, row) => ({ row, field, problem }));
}

function checkColumn(field: Field, column: Column | undefined, rows: number): RowProblem[] {
  if (column === undefined) return field.nullable ? [] : inEveryRow(rows, field.name, ABSENT);
  if (column.kind === 'category') return checkCategories(field, column);
  return field.kind === 'category'
    ? checkNumbers(field, column.values, (value) => wrongKind(field, value))
    : checkNumbers(field, column.values, numberProblem(field));
}

/** The problem of a value that is not missing, if any. */
type NumberProblem = (value: number) => string | undefined;

function checkNumbers(field: Field, values: Float64Array, problemOf: NumberProblem): RowProblem[] {
  if (areInRange(field, values)) return [];
  const found: RowProblem[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const isMissing = Number.isNaN(value);
    if (isMissing && field.nullable) continue;
    const problem = isMissing ? isNull(field) : problemOf(value);
    if (problem !== undefined) found.push({ row, field: field.name, problem });
  }
  return found;
}

/** Most columns hold nothing else, and this says so at a fraction of the cost of looking for what is wrong. */
function areInRange({ kind, minimum, maximum }: Field, values: Float64Array): boolean {
  if (kind !== 'number') return false;
  const [low, high] = [minimum ?? -Number.MAX_VALUE, maximum ?? Number.MAX_VALUE];
  let outside = 0;
  for (let row = 0; row < values.length; row++)
    outside |= Number(!(values[row] >= low)) | Number(!(values[row] <= high));
  return outside === 0;
}

function numberProblem(field: Field): NumberProblem {
  const { kind, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field;
  switch (kind) {
    case 'boolean':
      return (value) => (value === 0 || value === 1 ? undefined : wrongKind(field, value));
    case 'timestamp':
      return (value) => (Math.abs(value) <= LAST_TIME ? undefined : wrongKind(field, value));
    default: {
      const isOfKind = kind === 'integer' ? Number.isInteger : Number.isFinite;
      return (value) => {
        if (!isOfKind(value)) return wrongKind(field, value);
        if (value < minimum) return outOfRange('least', String(minimum), field, value);
        return value > maximum ? outOfRange('greatest', String(maximum), field, value) : undefined;
      };
    }
  }
}

/** Each name of the dictionary is looked at once, however many rows have it. */
function checkCategories(field: Field, { codes, categories }: CategoryColumn): RowProblem[] {
  const problems = categories.map(categoryProblem(field));
  const ofMissing = field.nullable ? undefined : isNull(field);
  if (ofMissing === undefined && problems.every((problem) => problem === undefined)) return [];
  const found: RowProblem[] = [];
  for (let row = 0; row < codes.length; row++) {
    const problem = codes[row] < 0 ? ofMissing : problems[codes[row]];
    if (problem !== undefined) found.push({ row, field: field.name, problem });
  }
  return found;
}

function categoryProblem(field: Field): (name: string) => string | undefined {
  if (field.kind !== 'category') return (name) => wrongKind(field, name);
  if (field.categories && field.closed) {
    const known = new Set(field.categories);
    return (name) => (known.has(name) ? undefined : notListed(field, name));
  }
  return (name) => (name === '' && !field.nullable ? EMPTY : undefined);
}

function checkTimes(field: Field, column: Column | undefined): RowProblem[] {
  const { kind, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field;
  if (kind !== 'timestamp' || column === undefined || column.kind === 'category') return [];
  const iso = (time: number) => new Date(time).toISOString();
  const found: RowProblem[] = [];
  column.values.forEach((time, row) => {
    if (!(Math.abs(time) <= LAST_TIME) || (time >= minimum && time <= maximum)) return;
    const problem =
      time < minimum
        ? outOfRange('least', iso(minimum), field, iso(time))
        : outOfRange('greatest', iso(maximum), field, iso(time));
    found.push({ row, field: field.name, problem });
  });
  return found;
}
