import { openEngine } from '../engine/open-engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import type { DataFormat } from '../schema.ts';
import { readHeader } from './csv-records.ts';
import type { FoundFile } from './find-files.ts';

/** How many columns the first file has, to set DuckDB up for it; 1 where that cannot be told. Errors are for the reading itself. */
export async function countColumns(
  [file]: readonly FoundFile[],
  format: DataFormat,
  scratch: string,
): Promise<number> {
  try {
    if (format === 'csv' || format === 'tsv')
      return (await readHeader(file.path, format === 'tsv' ? '\t' : undefined)).names.length;
    using engine = await openEngine({ scratch, files: [file.path], width: 1 });
    const read = format === 'parquet' ? 'read_parquet' : 'read_json';
    const columns = await engine.all(`DESCRIBE SELECT * FROM ${read}(${sqlText(file.path)})`);
    return columns.length;
  } catch {
    return 1;
  }
}
