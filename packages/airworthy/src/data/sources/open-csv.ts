import { join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName, sqlText, sqlTexts } from '../engine/sql-text.ts';
import { checkColumnNames } from './check-column-names.ts';
import { lineOfByte, lineOfRecord, readHeader } from './csv-records.ts';
import type { TextFile } from './prepare-text.ts';
import type { SourceColumn, SourceTable } from './source-table.ts';
import { stageAsParquet } from './stage-as-parquet.ts';

interface CsvFile extends TextFile {
  header: string[];
  delimiter: string;
}

/**
 * CSV and TSV: the first line names the columns, values are quoted with `"`, a quote inside is doubled. The delimiter
 * (comma, semicolon, tab or bar) is the one that the first line has most of. All values are read as text; their kinds
 * are inferred from all rows, not from the first ones.
 */
export async function openCsv(
  engine: Engine,
  files: readonly TextFile[],
  options: { tabs: boolean; missing: readonly string[]; scratch: string },
): Promise<SourceTable> {
  const opened: CsvFile[] = [];
  for (const file of files) opened.push(await inspect(file, options.tabs));
  for (const file of opened) requireSameNames(opened[0], file);
  const query = opened.map((file) => readFile(file, opened[0].header, options.missing)).join(' UNION ALL ');
  const staged = await stageAsParquet(
    engine,
    query,
    join(options.scratch, 'staged.parquet'),
    opened[0].header.length,
  );
  await refuseRejectedLines(engine, opened);
  const columns: SourceColumn[] = opened[0].header.map((name) => ({ name, type: 'VARCHAR', text: 'csv' }));
  return { columns, ...staged, locate: (row) => locate(opened, row) };
}

async function inspect(file: TextFile, tabs: boolean): Promise<CsvFile> {
  const { names, delimiter } = await readHeader(file.path, tabs ? '\t' : undefined);
  checkColumnNames(names, file.shown);
  return { ...file, header: names, delimiter };
}

function requireSameNames(first: CsvFile, file: CsvFile): void {
  const differs = (a: readonly string[], b: readonly string[]) => a.find((name) => !b.includes(name));
  const extra = differs(file.header, first.header);
  const absent = differs(first.header, file.header);
  if (extra === undefined && absent === undefined) return;
  const difference = extra === undefined ? `lacks the column "${absent}"` : `has the column "${extra}"`;
  throw new AirworthyError('DATA_FILE_UNREADABLE', {
    message: `"${file.shown}" has another header than "${first.shown}": it ${difference}`,
    remedy: 'Files of one dataset have the same columns; narrow the glob or correct the header.',
  });
}

function readFile(file: CsvFile, names: readonly string[], missing: readonly string[]): string {
  const columns = file.header.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(', ');
  return `SELECT ${names.map(sqlName).join(', ')} FROM read_csv(${sqlText(file.path)}, auto_detect = false,
    header = true, delim = ${sqlText(file.delimiter)}, quote = '"', escape = '"', nullstr = ${sqlTexts(missing)},
    columns = {${columns}}, store_rejects = true)`;
}

interface Reject {
  file_path: string;
  /** Where the row starts, from 1. */
  byte: number;
  error_message: string;
}

async function refuseRejectedLines(engine: Engine, files: readonly CsvFile[]): Promise<void> {
  const rejects = await engine.all<Reject>(
    `SELECT s.file_path, e.line_byte_position AS byte, any_value(e.error_message) AS error_message
     FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) GROUP BY ALL ORDER BY s.file_path, byte`,
  );
  if (rejects.length === 0) return;
  const [reject] = rejects;
  const shown = files.find((file) => file.path === reject.file_path)?.shown ?? reject.file_path;
  // DuckDB's own line numbers count rows, and a quoted value may hold line breaks.
  const line = await lineOfByte(reject.file_path, reject.byte - 1);
  const others = rejects.length > 1 ? ` (and ${rejects.length - 1} more such lines)` : '';
  const counts = /Columns: (\d+) Found: (\d+)/.exec(reject.error_message);
  const what = counts
    ? `${counts[2]} values where the header has ${counts[1]} names`
    : reject.error_message.split('\n')[0];
  throw new AirworthyError(counts ? 'DATA_RAGGED_ROWS' : 'DATA_FILE_UNREADABLE', {
    message: `"${shown}", line ${line}: ${what}${others}`,
    at: `line ${line}`,
    facts: { file: shown, line, lines: rejects.length },
  });
}

async function locate(files: readonly CsvFile[], row: number): Promise<string> {
  let record = row;
  for (const file of files) {
    const found = await lineOfRecord(file.path, record);
    if ('line' in found) return `${file.shown}, line ${found.line}`;
    record -= found.records;
  }
  return `row ${row + 1}`;
}
