import { join } from 'node:path';
import type { DuckDBAppender, DuckDBDataChunk } from '@duckdb/node-api';
import type { FieldKind } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import { type Engine, openEngine } from '../engine/open-engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { writeParquet } from '../engine/write-parquet.ts';
import { scanContent } from '../stored/scan-content.ts';
import { createPart, type DataPart } from './data-part.ts';

/** DuckDB's vector: the most rows of a chunk. */
const CHUNK = 2_048;

/** Number, boolean as 0 or 1, timestamp as ms since the epoch; text; null is missing. */
export type CellValue = number | string | null;

export interface RowWriter extends AsyncDisposable {
  readonly rows: number;
  /** Takes rows, column by column: a value a row for each field, then for each id. */
  append(columns: readonly (readonly CellValue[])[]): void;
  /** Keeps the rows as a part. The writer takes no more. */
  finish(): Promise<DataPart>;
}

/**
 * Collects rows that are typed already and keeps them as a Parquet part. `ids` names columns of 32 hex characters that
 * are kept beside the fields and are no part of the content: what each row was made from.
 */
export async function openRowWriter(
  context: Context,
  fields: readonly { name: string; kind: FieldKind }[],
  ids: readonly string[] = [],
): Promise<RowWriter> {
  const scratch = await openScratchFolder(context.store.folder, 'data');
  const columns = fields.map(({ name, kind }) => ({ name, kind }));
  const width = columns.length + ids.length;
  const engine = await openEngine({ scratch: scratch.path, files: [], width, signal: context.signal });
  const buffer = await openBuffer(engine, [
    ...columns.map(({ kind }) => kind === 'category'),
    ...ids.map(() => true),
  ]);
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    append(values) {
      rows += values[0].length;
      buffer.append(values);
    },
    async finish() {
      buffer.close();
      const path = join(scratch.path, 'part.parquet');
      const list = [
        ...columns.map(({ name, kind }, index) => `${canonicalSql(kind, `c${index}`)} AS ${sqlName(name)}`),
        ...ids.map((name, index) => `c${columns.length + index}::UUID AS ${sqlName(name)}`),
      ];
      await writeParquet(engine, `SELECT ${list.join(', ')} FROM appended`, path, width);
      const scans = await scanContent(engine, `read_parquet(${sqlText(path)})`, columns);
      return createPart(await context.store.blobs.putFile(path), rows, columns, scans);
    },
    async [Symbol.asyncDispose]() {
      engine[Symbol.dispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

/** A table of doubles and texts, filled a chunk at a time. */
async function openBuffer(engine: Engine, areTexts: readonly boolean[]) {
  const { DOUBLE, DuckDBDataChunk, VARCHAR } = await import('@duckdb/node-api');
  const types = areTexts.map((isText) => (isText ? VARCHAR : DOUBLE));
  await engine.run(`CREATE TABLE appended (${types.map((type, index) => `c${index} ${type}`).join(', ')})`);
  const appender: DuckDBAppender = await engine.appender('appended');
  return {
    append(columns: readonly (readonly CellValue[])[]): void {
      for (let start = 0; start < columns[0].length; start += CHUNK) {
        const chunk: DuckDBDataChunk = DuckDBDataChunk.create(types);
        chunk.setColumns(columns.map((column) => column.slice(start, start + CHUNK)));
        appender.appendDataChunk(chunk);
      }
    },
    close: () => appender.closeSync(),
  };
}

/** Adding zero turns -0 into 0. */
function canonicalSql(kind: FieldKind, value: string): string {
  if (kind === 'boolean') return `(${value} <> 0)`;
  if (kind === 'integer') return `${value}::BIGINT`;
  if (kind === 'timestamp') return `make_timestamp_ms(${value}::BIGINT)`;
  return kind === 'number' ? `${value} + 0.0` : value;
}
