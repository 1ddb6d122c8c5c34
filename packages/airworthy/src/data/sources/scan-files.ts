import { join } from 'node:path';
import { type Engine, openEngine } from '../engine/open-engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import type { DataConfig, DataFormat } from '../schema.ts';
import { countColumns } from './count-columns.ts';
import { linesOfRecords } from './csv-records.ts';
import { detectFormat } from './detect-format.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { checkFiles, openSource } from './open-source.ts';
import { ROW, type SourceColumn } from './source-table.ts';

/** Where files are looked for and how text in them is read. */
export interface ScanOptions {
  folder: string;
  /** Where text formats are staged as Parquet; kept, it is not written twice. */
  scratch: string;
  text: Pick<DataConfig, 'encoding' | 'missing'>;
  /** Files outside of `scratch` that are written. */
  outputs?: readonly string[];
  signal?: AbortSignal | undefined;
}

/** Rows that lie together, in the order of the files. */
export interface Segment {
  /** A Parquet file. */
  path: string;
  /** What it is, or was made from, as the person named it. */
  shown: string;
  rows: number;
}

/** Files as rows that are read a range at a time, in any order. */
export interface FileScan extends Disposable {
  engine: Engine;
  columns: SourceColumn[];
  rows: number;
  segments: Segment[];
  /** SQL: all columns, and the row number as ROW, of rows `start` to `start + rows` of a segment, in order. */
  range(segment: number, start: number, rows: number): string;
  /** For rows of a segment, in order, where a person finds them. */
  locate(segment: number, rows: readonly number[]): Promise<Place[]>;
}

export interface Place {
  file: string;
  /** From 1, where the format has lines. */
  line?: number;
  /** From 1, among the file's. */
  record: number;
}

/** The files that a person names, all of one format. @throws DATA_FILE_NOT_FOUND, DATA_FORMAT_UNKNOWN */
export function findInputs(
  sources: readonly string[],
  folder: string,
): { files: FoundFile[]; format: DataFormat } {
  const files = findFiles(sources, folder);
  return { files, format: detectFormat(files) };
}

/**
 * Opens Parquet, CSV, TSV or JSON files as rows of DuckDB's types; all text in CSV.
 *
 * @throws DATA_FILE_UNREADABLE, DATA_FILE_EMPTY, DATA_ENCODING, DATA_RAGGED_ROWS, DISK_FULL
 */
export async function scanFiles(
  files: readonly FoundFile[],
  format: DataFormat,
  options: ScanOptions,
): Promise<FileScan> {
  const { scratch, text } = options;
  await checkFiles(files, scratch);
  const engine = await openEngine({
    scratch,
    files: [...files.map(({ path }) => path), ...(options.outputs ?? [])],
    width: await countColumns(files, format, scratch),
    signal: options.signal,
  });
  try {
    const table = await openSource(engine, files, format, { ...NO_CONFIG, ...text }, scratch);
    const segments =
      format === 'parquet'
        ? await segmentsOf(engine, files)
        : [{ path: join(scratch, 'staged.parquet'), shown: files[0].shown, rows: table.rows }];
    return {
      engine,
      columns: table.columns,
      rows: table.rows,
      segments,
      range: (segment, start, rows) => rangeOf(segments[segment], table.columns, start, rows),
      locate: async (segment, rows) =>
        format === 'csv' || format === 'tsv'
          ? linesOfRecords(files, rows)
          : rows.map((row) => ({ file: segments[segment].shown, record: row + 1 })),
      [Symbol.dispose]: () => engine[Symbol.dispose](),
    };
  } catch (error) {
    engine[Symbol.dispose]();
    throw error;
  }
}

const NO_CONFIG: DataConfig = {
  source: [],
  encoding: 'utf-8',
  missing: [''],
  columns: {},
  filters: [],
  quality: [],
  split: { by: 'random', test: 0.2, seed: 1 },
};

async function segmentsOf(engine: Engine, files: readonly FoundFile[]): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const { path, shown } of files) {
    const { rows } = await engine.one<{ rows: number }>(
      `SELECT num_rows AS rows FROM parquet_file_metadata(${sqlText(path)})`,
    );
    segments.push({ path, shown, rows });
  }
  return segments;
}

/** DuckDB reads only the row groups that the range touches. */
function rangeOf({ path }: Segment, columns: readonly SourceColumn[], start: number, rows: number): string {
  const names = columns.map(({ name }) => sqlName(name)).join(', ');
  return `(SELECT ${names}, file_row_number AS ${ROW} FROM read_parquet(${sqlText(path)}, file_row_number = true)
    WHERE file_row_number BETWEEN ${start} AND ${start + rows - 1})`;
}
