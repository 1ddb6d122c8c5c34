import type { Engine } from './open-engine.ts';
import { sqlText } from './sql-text.ts';

/** DuckDB scans in vectors of so many rows; a row group holds whole ones. */
const VECTOR = 2048;
const LARGEST_GROUP = 60 * VECTOR;
/** A row group is held in memory until it is written. */
const CELLS = 4_000_000;

/** Writes a query's rows to a Parquet file, in order. */
export async function writeParquet(
  engine: Engine,
  query: string,
  path: string,
  columns: number,
): Promise<void> {
  const vectors = Math.floor(CELLS / columns / VECTOR);
  const group = Math.min(Math.max(vectors, 1) * VECTOR, LARGEST_GROUP);
  await engine.run(
    `COPY (${query}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${group})`,
  );
}
