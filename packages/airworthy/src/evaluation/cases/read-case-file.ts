import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Engine } from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import type { Context } from '../../store/ports.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import type { SourceRow } from './source-row.ts';

const ENDINGS = ['.jsonl', '.ndjson', '.json', '.yaml', '.yml', '.csv', '.tsv', '.parquet'];

/**
 * The rows of a file as cases. A row with `input` is one as it stands; the columns of any other are its input, but for
 * `id`, `expected`, `cluster` and `metadata`.
 */
export async function* readCaseFile(
  context: Context,
  path: string,
  shown: string,
): AsyncGenerator<SourceRow> {
  if (!existsSync(path)) {
    throw new AirworthyError('DATA_FILE_NOT_FOUND', {
      message: `there is no file "${shown}" with cases`,
      remedy: 'Paths of a suite are relative to the folder of its file.',
      at: shown,
    });
  }
  for await (const { raw, place } of readRows(context, path, shown)) yield { raw: asCase(raw), place };
}

function readRows(
  context: Context,
  path: string,
  shown: string,
): AsyncIterable<SourceRow> | Iterable<SourceRow> {
  const ending = extname(path).toLowerCase();
  if (ending === '.jsonl' || ending === '.ndjson') return readJsonLines(path, shown);
  if (ending === '.json') return listed(parse(readFileSync(path, 'utf8'), shown), shown);
  if (ending === '.yaml' || ending === '.yml') return readYaml(path, shown);
  if (ending === '.csv' || ending === '.tsv')
    return readTable(context, path, shown, (file) => `read_csv(${file}, header = true, all_varchar = true)`);
  if (ending === '.parquet') return readTable(context, path, shown, (file) => `read_parquet(${file})`);
  throw new AirworthyError('DATA_FORMAT_UNKNOWN', {
    message: `"${shown}" has an ending that tells no format (known: ${ENDINGS.join(' ')})`,
    at: shown,
  });
}

async function* readJsonLines(path: string, shown: string): AsyncGenerator<SourceRow> {
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (text.trim() !== '') yield { raw: parse(text, `${shown}:${line}`), place: `${shown}:${line}` };
  }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw unreadable(place, error);
  }
}

async function* readYaml(path: string, shown: string): AsyncGenerator<SourceRow> {
  const { parse } = await import('yaml');
  let list: unknown;
  try {
    list = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw unreadable(shown, error);
  }
  yield* listed(list, shown);
}

function* listed(list: unknown, shown: string): Generator<SourceRow> {
  if (!Array.isArray(list)) throw unreadable(shown, new Error('it holds no list of cases'));
  for (const [index, raw] of list.entries()) yield { raw, place: `${shown}: case ${index + 1}` };
}

async function* readTable(
  context: Context,
  path: string,
  shown: string,
  relation: (file: string) => string,
): AsyncGenerator<SourceRow> {
  // The data stage is loaded for tables only.
  const { openEngine, sqlText } = await import('../../data/index.ts');
  await using scratch = await openScratchFolder(context.store.folder, 'cases');
  using engine = await openEngine({ scratch: scratch.path, files: [path], width: 1, signal: context.signal });
  let row = 0;
  for await (const raw of streamObjects(engine, `SELECT * FROM ${relation(sqlText(path))}`, shown)) {
    row += 1;
    yield { raw, place: `${shown}: row ${row}` };
  }
}

async function* streamObjects(
  engine: Engine,
  query: string,
  shown: string,
): AsyncGenerator<Record<string, unknown>> {
  const result = await engine.stream(query).catch((error: unknown) => {
    throw unreadable(shown, error);
  });
  const names = result.columnNames();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const columns = names.map((_, index) => chunk.getColumnVector(index));
    for (let row = 0; row < chunk.rowCount; row++) {
      yield Object.fromEntries(names.map((name, index) => [name, plainValue(columns[index].getItem(row))]));
    }
  }
}

/** As JSON has it: whole numbers as numbers where they fit, times and decimals as text. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === 'object' && value !== null ? String(value) : value;
}

function asCase(raw: unknown): unknown {
  if (!isRecord(raw) || 'input' in raw) return withoutBlanks(raw);
  const { id, expected, metadata, cluster, vars, ...input } = raw;
  return withoutBlanks({ id, expected, metadata, cluster, input: vars ?? input });
}

/** An empty cell is no value. */
function withoutBlanks(raw: unknown): unknown {
  if (!isRecord(raw)) return raw;
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null && value !== undefined));
}

function unreadable(place: string, error: unknown): AirworthyError {
  return new AirworthyError('DATA_FILE_UNREADABLE', {
    message: `${place}: ${error instanceof Error ? error.message : String(error)}`,
    at: place,
    cause: error,
  });
}
