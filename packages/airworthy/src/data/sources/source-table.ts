/** A column as the source has it, before kinds are decided. */
export interface SourceColumn {
  name: string;
  /** DuckDB's type: BIGINT, VARCHAR, TIMESTAMP … */
  type: string;
  /** Text of a format without types (CSV: all; JSON: strings), so that its kind is inferred from the values. */
  text: 'csv' | 'json' | null;
}

/** Rows of a source as one relation, in the order of the files. */
export interface SourceTable {
  columns: SourceColumn[];
  rows: number;
  /** A SQL relation with all columns and the row number, from 0, as `ROW`. */
  relation: string;
  /** Names the place of a row for a person: `flights.csv, line 17`. */
  locate(row: number): Promise<string>;
}

/** The row number's column, beside the source's own. */
export const ROW = '__airworthy_row';

/** Each column costs about 10 ms of profile and a field of every record served, and from about 1,800 on DuckDB runs out of memory. */
export const MOST_COLUMNS = 1000;
