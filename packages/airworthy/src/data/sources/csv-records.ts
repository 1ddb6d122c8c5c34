import { createReadStream } from 'node:fs';
import { AirworthyError } from '../../kernel/errors.ts';

const DELIMITERS = [',', ';', '\t', '|'];
const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const LONGEST_HEADER = 1 << 20;

/** Column names of the first line, and the delimiter it is written with. */
export async function readHeader(
  path: string,
  delimiter?: string,
): Promise<{ names: string[]; delimiter: string }> {
  const line = await readFirstRecord(path);
  const used = delimiter ?? mostFrequent(line);
  return { names: splitRecord(line, used), delimiter: used };
}

async function readFirstRecord(path: string): Promise<string> {
  let text = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', end: LONGEST_HEADER })) {
    text += chunk;
    const end = endOfRecord(text);
    if (end !== -1)
      return text
        .slice(0, end)
        .replace(/^\ufeff/, '')
        .replace(/\r$/, '');
  }
  if (text.length <= LONGEST_HEADER) return text.replace(/^\ufeff/, '');
  throw new AirworthyError('DATA_FILE_UNREADABLE', {
    message: `the first line of ${path} does not end within a megabyte`,
    remedy: 'Check that the file is CSV, with a first line that names the columns.',
  });
}

function endOfRecord(text: string): number {
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '"') quoted = !quoted;
    else if (text[index] === '\n' && !quoted) return index;
  }
  return -1;
}

function mostFrequent(line: string): string {
  const counts = DELIMITERS.map((delimiter) => splitRecord(line, delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

function splitRecord(line: string, delimiter: string): string[] {
  const values: string[] = [];
  let value = '';
  let quoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index];
    if (character === '"' && quoted && line[index + 1] === '"') {
      value += '"';
      index++;
    } else if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) {
      values.push(value);
      value = '';
    } else value += character;
  }
  return [...values, value];
}

/** The line, from 1, that a byte of a file lies in. */
export async function lineOfByte(path: string, byte: number): Promise<number> {
  let line = 1;
  if (byte === 0) return line;
  for await (const chunk of createReadStream(path, { end: byte - 1 }))
    for (const value of chunk as Buffer) if (value === NEWLINE) line++;
  return line;
}

/** The line at which a record begins (record 0 follows the header), or how many records the file has. */
export async function lineOfRecord(
  path: string,
  record: number,
): Promise<{ line: number } | { records: number }> {
  let records = 0;
  for await (const line of recordLines(path)) if (records++ === record) return { line };
  return { records };
}

/** Where records of several files lie, which are counted through all of them from 0 and come in that order. */
export async function linesOfRecords(
  files: readonly { path: string; shown: string }[],
  wanted: readonly number[],
): Promise<{ file: string; line: number; record: number }[]> {
  const found: { file: string; line: number; record: number }[] = [];
  let all = 0;
  for (const { path, shown } of files) {
    let record = 0;
    for await (const line of recordLines(path)) {
      if (found.length === wanted.length) return found;
      record++;
      if (all++ === wanted[found.length]) found.push({ file: shown, line, record });
    }
  }
  return found;
}

/** The line, from 1, of each record after the header. */
async function* recordLines(path: string): AsyncGenerator<number> {
  let [line, records, start] = [1, -1, 1];
  let quoted = false;
  let blank = true;
  for await (const chunk of createReadStream(path)) {
    for (const byte of chunk as Buffer) {
      if (byte === QUOTE) quoted = !quoted;
      if (byte !== NEWLINE) {
        blank &&= byte === RETURN;
        continue;
      }
      line++;
      if (quoted) continue;
      if (!blank && records++ >= 0) yield start;
      start = line;
      blank = true;
    }
  }
  if (!blank && records >= 0) yield start;
}
