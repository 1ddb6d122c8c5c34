import type { Engine } from '../engine/open-engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { writeParquet } from '../engine/write-parquet.ts';
import { ROW } from './source-table.ts';

/** Writes a query's rows to a scratch Parquet file, where they have numbers and can be read again and again. */
export async function stageAsParquet(
  engine: Engine,
  query: string,
  path: string,
  columns: number,
): Promise<{ relation: string; rows: number }> {
  await writeParquet(engine, query, path, columns);
  const { rows } = await engine.one<{ rows: number }>(
    `SELECT num_rows AS rows FROM parquet_file_metadata(${sqlText(path)})`,
  );
  const relation = `(SELECT * EXCLUDE (file_row_number), file_row_number AS ${ROW}
    FROM read_parquet(${sqlText(path)}, file_row_number = true))`;
  return { relation, rows };
}
