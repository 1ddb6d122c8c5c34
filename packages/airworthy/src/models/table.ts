/**
 * Rows in columns, the form in which data reaches training, evaluation and batch scoring.
 * Arrays may be backed by a SharedArrayBuffer so that worker threads read them without a copy.
 */
export interface Table {
  rows: number;
  columns: Record<string, Column>;
}

export type Column = NumberColumn | TimestampColumn | CategoryColumn;

/** Numbers, integers and booleans (0 and 1). NaN is missing. */
export interface NumberColumn {
  kind: 'number';
  values: Float64Array;
}

/** Milliseconds since the epoch, UTC. NaN is missing. */
export interface TimestampColumn {
  kind: 'timestamp';
  values: Float64Array;
}

/** Strings by dictionary. A code of -1 is missing. */
export interface CategoryColumn {
  kind: 'category';
  codes: Int32Array;
  categories: readonly string[];
}

/** What a field of a record is. `boolean` and `integer` are held as numbers in a table. */
export type FieldKind = 'number' | 'integer' | 'boolean' | 'category' | 'timestamp';

/** A field of the raw record, in the user's own name. */
export interface Field {
  name: string;
  kind: FieldKind;
  /** May the value be null or absent? True where training data had missing values. */
  nullable: boolean;
  description?: string;
  unit?: string;
  /** Accepted range at serving time: numbers, or epoch milliseconds for a timestamp. */
  minimum?: number;
  maximum?: number;
  /** Known values of a category or an ordered listing; unseen ones are scored as unknown unless `closed`. */
  categories?: readonly string[];
  closed?: boolean;
  /** What a record that leaves the field out is answered with, as it would be sent: only an endpoint fills it in. */
  default?: string | number | boolean;
  /** Timestamps: the parts that a model may learn from; all that vary where absent. */
  parts?: readonly BoundedPart[];
}

/** Parts of a date that come again; the days since the epoch do not. */
export type BoundedPart = 'hour' | 'minute-of-day' | 'weekday' | 'day' | 'month' | 'day-of-year';

/** What a model predicts. */
export type Task =
  | { kind: 'binary'; target: string; classes: readonly [negative: string, positive: string] }
  | { kind: 'multiclass'; target: string; classes: readonly string[] }
  | { kind: 'regression'; target: string; unit?: string };

/** How many numbers a prediction has: 1 for binary (the positive class's probability) and regression, else one a class. */
export function outputWidth(task: Task): number {
  return task.kind === 'multiclass' ? task.classes.length : 1;
}

/** The unit of what is predicted, where it is a number that has one. */
export function targetUnit(task: Task): string | undefined {
  return task.kind === 'regression' ? task.unit : undefined;
}
