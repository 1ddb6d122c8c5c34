import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { AirworthyError } from '../kernel/errors.ts';

/** A row of a file: from CSV all values are text, an empty one is absent. */
export interface FileRow {
  /** Where it begins, from 1. */
  line: number;
  values: Record<string, unknown>;
}

/** Lines of a file, one at a time, with how many bytes were read. */
export async function openLines(
  path: string,
): Promise<{ lines: AsyncIterable<string>; bytes: number; read(): number }> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new AirworthyError('BAD_ARGUMENT', { message: `cannot read ${path}: ${error.message}` });
  });
  const stream = createReadStream(path);
  return {
    lines: createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }),
    bytes: size,
    read: () => stream.bytesRead,
  };
}

/**
 * Rows of CSV with a header, or JSON objects one a line: which of the two, the first character says.
 *
 * @param name what to call the source in messages
 */
export async function* readRows(
  lines: AsyncIterable<string> | Iterable<string>,
  name: string,
): AsyncGenerator<FileRow> {
  let format: RowFormat | undefined;
  let pending = '';
  let begun = 1;
  let line = 0;
  for await (const text of lines) {
    line++;
    const clean = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (pending === '') begun = line;
    pending = pending === '' ? clean : `${pending}\n${clean}`;
    if (pending.trim() === '') {
      pending = '';
      continue;
    }
    format ??= pending.trimStart().startsWith('{') ? jsonLines(name) : csv(name);
    if (format.goesOn(pending)) continue;
    const row = format.parse(pending, begun);
    pending = '';
    if (row) yield row;
  }
  if (pending !== '')
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `${name}, line ${begun}: a quoted text begins and does not end`,
    });
}

interface RowFormat {
  /** Does the record go on in the next line? */
  goesOn(record: string): boolean;
  /** Undefined for a header. */
  parse(record: string, line: number): FileRow | undefined;
}

function jsonLines(name: string): RowFormat {
  return {
    goesOn: () => false,
    parse: (record, line) => ({ line, values: parseObject(record, `${name}, line ${line}`) }),
  };
}

function parseObject(text: string, where: string): Record<string, unknown> {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values === 'object' && values !== null && !Array.isArray(values))
      return values as Record<string, unknown>;
  } catch (error) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `${where} is not JSON: ${(error as Error).message}`,
    });
  }
  throw new AirworthyError('BAD_ARGUMENT', { message: `${where} is not a JSON object` });
}

function csv(name: string): RowFormat {
  let header: string[] | undefined;
  return {
    goesOn: isOpen,
    parse(record, line) {
      const cells = splitCsv(record);
      if (header === undefined) {
        header = cells;
        return undefined;
      }
      if (cells.length !== header.length) {
        throw new AirworthyError('BAD_ARGUMENT', {
          message: `${name}, line ${line} has ${cells.length} values; the header has ${header.length} columns`,
        });
      }
      const present = header.flatMap((column, index) =>
        cells[index] === '' ? [] : [[column, cells[index]]],
      );
      return { line, values: Object.fromEntries(present) };
    },
  };
}

function isOpen(record: string): boolean {
  let quotes = 0;
  for (let at = record.indexOf('"'); at !== -1; at = record.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 1;
}

/** RFC 4180: a value in quotes may hold commas and lines, and quotes doubled. */
function splitCsv(record: string): string[] {
  if (!record.includes('"')) return record.split(',');
  const cells: string[] = [];
  const cell = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gy;
  for (const [, quoted, plain] of record.matchAll(cell)) cells.push(quoted?.replaceAll('""', '"') ?? plain);
  return cells;
}
