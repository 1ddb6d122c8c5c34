import { AirworthyError } from '../../kernel/errors.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { checkColumnNames } from './check-column-names.ts';
import type { FoundFile } from './find-files.ts';
import { ROW, type SourceColumn, type SourceTable } from './source-table.ts';

interface ParquetFile extends FoundFile {
  columns: SourceColumn[];
  rows: number;
}

/** Parquet files as one relation, read where they are. */
export async function openParquet(engine: Engine, files: readonly FoundFile[]): Promise<SourceTable> {
  const opened: ParquetFile[] = [];
  for (const file of files) opened.push(await inspect(engine, file));
  const [first] = opened;
  for (const file of opened) requireSameColumns(first, file);
  const offsets = startRows(opened);
  return {
    columns: first.columns,
    rows: opened.reduce((total, file) => total + file.rows, 0),
    relation: `(${opened.map((file, index) => branch(file, first.columns, offsets[index])).join(' UNION ALL ')})`,
    locate: async (row) => {
      const index = offsets.findLastIndex((offset) => offset <= row);
      return `${opened[index].shown}, row ${row - offsets[index] + 1}`;
    },
  };
}

async function inspect(engine: Engine, file: FoundFile): Promise<ParquetFile> {
  try {
    const path = sqlText(file.path);
    // The names as written: DuckDB renames what repeats.
    const elements = await engine.all<SchemaElement>(
      `SELECT name, num_children::INTEGER AS children FROM parquet_schema(${path})`,
    );
    checkColumnNames(topLevelNames(elements), file.shown);
    const described = await engine.all<{ column_name: string; column_type: string }>(
      `DESCRIBE SELECT * FROM read_parquet(${path})`,
    );
    const { rows } = await engine.one<{ rows: number }>(
      `SELECT num_rows AS rows FROM parquet_file_metadata(${path})`,
    );
    const columns = described.map((column) => ({
      name: column.column_name,
      type: column.column_type,
      text: null,
    }));
    return { ...file, columns, rows };
  } catch (error) {
    if (AirworthyError.is(error)) throw error;
    throw new AirworthyError('DATA_FILE_UNREADABLE', {
      message: `"${file.shown}" is not a readable Parquet file: ${firstLine(error)}`,
      cause: error,
    });
  }
}

interface SchemaElement {
  name: string;
  children: number | null;
}

/** A Parquet schema is a tree in depth-first order under one root. */
function topLevelNames([, ...elements]: readonly SchemaElement[]): string[] {
  const names: string[] = [];
  let open = 0;
  for (const { name, children } of elements) {
    if (open === 0) names.push(name);
    else open--;
    open += children ?? 0;
  }
  return names;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .split('\n')[0]
    .replace(/^[\w ]+ Error: /, '')
    .replace(/["']?\/\S+["']?: ?/, '');
}

function requireSameColumns(first: ParquetFile, file: ParquetFile): void {
  const shape = (columns: readonly SourceColumn[]) =>
    columns.map((column) => `${column.name} ${column.type}`).sort();
  const [expected, found] = [shape(first.columns), shape(file.columns)];
  const extra = found.find((column) => !expected.includes(column));
  const absent = expected.find((column) => !found.includes(column));
  if (extra === undefined && absent === undefined) return;
  const difference = extra === undefined ? `lacks "${absent}"` : `has "${extra}"`;
  throw new AirworthyError('DATA_FILE_UNREADABLE', {
    message: `"${file.shown}" has other columns than "${first.shown}": it ${difference}`,
    remedy:
      'Files of one dataset have the same columns of the same types; narrow the glob or convert the file.',
  });
}

function startRows(files: readonly ParquetFile[]): number[] {
  let next = 0;
  return files.map((file) => {
    const start = next;
    next += file.rows;
    return start;
  });
}

function branch(file: ParquetFile, columns: readonly SourceColumn[], offset: number): string {
  const names = columns.map((column) => sqlName(column.name)).join(', ');
  return `SELECT ${names}, file_row_number + ${offset} AS ${ROW}
    FROM read_parquet(${sqlText(file.path)}, file_row_number = true)`;
}
