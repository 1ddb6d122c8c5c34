import { join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlTexts } from '../engine/sql-text.ts';
import { checkColumnNames } from './check-column-names.ts';
import { locateJsonError } from './locate-json-error.ts';
import type { TextFile } from './prepare-text.ts';
import type { SourceTable } from './source-table.ts';
import { stageAsParquet } from './stage-as-parquet.ts';

/** One object may be this large; beyond it a file is hardly a list of records. */
const LARGEST_OBJECT = 256 << 20;

/** JSON lines, or arrays of objects. Columns and types are found from all records, not from the first ones. */
export async function openJson(
  engine: Engine,
  files: readonly TextFile[],
  options: { lines: boolean; scratch: string },
): Promise<SourceTable> {
  const read = `read_json(${sqlTexts(files.map((file) => file.path))}, records = 'true', sample_size = -1,
    format = '${options.lines ? 'newline_delimited' : 'auto'}', maximum_object_size = ${LARGEST_OBJECT},
    convert_strings_to_integers = false, union_by_name = true)`;
  const path = join(options.scratch, 'staged.parquet');
  try {
    const described = await engine.all<{ column_name: string; column_type: string }>(
      `DESCRIBE SELECT * FROM ${read}`,
    );
    checkColumnNames(
      described.map((column) => column.column_name),
      files[0].shown,
    );
    const staged = await stageAsParquet(engine, `SELECT * FROM ${read}`, path, described.length);
    const columns = described.map(({ column_name: name, column_type: type }) => ({
      name,
      type,
      text: type === 'VARCHAR' ? ('json' as const) : null,
    }));
    return { columns, ...staged, locate: async (row) => `record ${row + 1}` };
  } catch (error) {
    throw AirworthyError.is(error) ? error : await unreadable(error, files, options.lines);
  }
}

async function unreadable(
  error: unknown,
  files: readonly TextFile[],
  lines: boolean,
): Promise<AirworthyError> {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  const file = files.find((candidate) => message.includes(candidate.path)) ?? files[0];
  const place = await locateJsonError(file.path, lines);
  const said = message.replace(/^[\w ]+ Error: /, '').replaceAll(file.path, file.shown);
  return new AirworthyError('DATA_FILE_UNREADABLE', {
    message: place ? `"${file.shown}", line ${place.line}: ${place.why}` : `"${file.shown}": ${said}`,
    remedy: 'JSON data is one object a line, or one array of objects; mend the place named in the message.',
    ...(place ? { at: `line ${place.line}` } : {}),
    facts: { file: file.shown, ...(place ? { line: place.line } : {}) },
    cause: error,
  });
}
