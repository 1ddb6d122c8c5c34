import { mkdir } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { type FileScan, findInputs, openEngine, planFields, scanFiles } from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey } from '../../kernel/ids.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Context } from '../../store/ports.ts';
import { createAnswerColumns } from './answer-columns.ts';
import { assembleOutput, assembleRejected, digestFile, partialPath } from './assemble-output.ts';
import { openPartJournal, type PartJournal, type PartRecord } from './part-journal.ts';
import { openPartScorer, type PartScorer } from './part-scorer.ts';
import { recordScoring } from './record-scoring.ts';
import type { OutputFormat, ScoreReport, ScoreRequest } from './schema.ts';
import { scoreBlocks } from './score-blocks.ts';
import { scoreColumns } from './score-columns.ts';

type Inputs = ReturnType<typeof findInputs>;

/** What came of the rows. */
interface Scored {
  parts: PartRecord[];
  resumed: number;
  absent: string[];
  outputDigest: string;
}

/**
 * Scores the rows of files, with the checks that requests get, and puts the answers in a file beside which rejected
 * rows are told with their reasons. Rows go through memory a part at a time; what was killed goes on where it was, and
 * the same input and release give the same bytes. A run records what was read and what was made.
 *
 * @throws DATA_FILE_NOT_FOUND and what else reading files throws; DATA_COLUMN_NOT_FOUND, DATA_COLUMN_KIND where columns
 * do not fit the model; BAD_ARGUMENT for an output of unknown format or columns that are neither fields nor carried
 * along; what loading the release throws
 * @example
 * await scoreFiles(context, { endpoint: 'flights', release, input: ['may.parquet'], output: 'scores.parquet', ... });
 */
export async function scoreFiles(context: Context, request: ScoreRequest): Promise<ScoreReport> {
  const { folder, endpoint, release } = request;
  const startedAt = context.clock.now();
  const output = resolve(folder, request.output);
  const format = outputFormat(output);
  const rejectedFile = resolve(folder, request.rejected ?? `${request.output}.rejected.jsonl`);
  const inputs = inputsOf(request);
  requireKnownFormat(inputs);
  requireOwnPaths(inputs, [output, rejectedFile]);
  const digests = await digestInputs(context, inputs);
  const job = {
    format: 1,
    digests,
    bundle: release.bundle,
    to: format,
    keep: request.keep,
    text: request.text,
  };
  const key = contentKey(job).slice(0, 32);
  const journal = await openPartJournal(
    context.store.folder,
    key,
    inputs.format === 'jsonl' ? 'jsonl' : format,
  );
  await mkdir(dirname(output), { recursive: true });
  await using scorer = await openPartScorer(context, release, request.workers);
  const work: Work = { context, request, inputs, journal, scorer, format, output };
  const scored = inputs.format === 'jsonl' ? await scoreLineFiles(work) : await scoreColumnFiles(work);
  await assembleRejected(journal, scored.parts, rejectedFile);
  const count = (what: keyof PartRecord) => scored.parts.reduce((sum, part) => sum + part[what], 0);
  const { model, version, bundle } = release;
  const report = {
    ...{ endpoint, model, version, bundle },
    ...{ rows: count('rows'), scored: count('scored'), rejected: count('rejected') },
    ...{ output, outputDigest: scored.outputDigest, absent: scored.absent, resumed: scored.resumed },
    rejectedFile: count('rejected') > 0 ? rejectedFile : null,
  };
  const run = await recordScoring(context, { key, inputs: inputs.files, digests, startedAt }, report);
  await journal.remove();
  return { ...report, run };
}

interface Work {
  context: Context;
  request: ScoreRequest;
  inputs: Inputs;
  journal: PartJournal;
  scorer: PartScorer;
  format: OutputFormat;
  output: string;
}

async function scoreColumnFiles(work: Work): Promise<Scored> {
  const { context, request, inputs, journal, scorer, format, output } = work;
  using scan = await scanFiles(inputs.files, inputs.format, {
    folder: request.folder,
    scratch: journal.folder,
    text: request.text,
    outputs: [partialPath(output)],
    signal: context.signal,
  });
  const { fields } = scorer.signature;
  const kept = keptColumns(
    scan,
    fields.map(({ name }) => name),
    request.keep,
  );
  const formats = Object.entries(request.text.columns).map(
    ([name, column]) => [name, column.format] as const,
  );
  const readings = planFields(scan.columns, fields, Object.fromEntries(formats));
  const columns = createAnswerColumns(scorer.signature, kept, format);
  const task = context.progress.start(`score ${request.endpoint}`, scan.rows, 'rows');
  const { parts, resumed } = await scoreColumns({ scan, readings, columns, scorer, journal, task });
  task.end();
  const header = `${columns.names.map(csvValue).join(',')}\n`;
  const convert = format === 'parquet' ? { engine: scan.engine, from: 'parquet' as const } : undefined;
  const outputDigest = await assembleOutput({ journal, parts, output, format, header, convert });
  const names = new Set(scan.columns.map(({ name }) => name));
  const absent = fields.flatMap(({ name }) => (names.has(name) ? [] : [name]));
  return { parts, resumed, absent, outputDigest };
}

async function scoreLineFiles(work: Work): Promise<Scored> {
  const { context, request, inputs, journal, scorer, format, output } = work;
  const { files } = inputs;
  const { keep, endpoint } = request;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const task = context.progress.start(`score ${endpoint}`, bytes, 'bytes');
  const { signal } = context;
  const { parts, resumed } = await scoreBlocks({ files, keep, scorer, journal, task, signal });
  task.end();
  const assembly = { journal, parts, output, format, header: '' };
  if (format === 'jsonl') return { parts, resumed, absent: [], outputDigest: await assembleOutput(assembly) };
  using engine = await openEngine({
    scratch: journal.folder,
    files: [partialPath(output)],
    width: scorer.signature.fields.length,
    signal,
  });
  const convert = { engine, from: 'jsonl' as const };
  return { parts, resumed, absent: [], outputDigest: await assembleOutput({ ...assembly, convert }) };
}

const FORMATS: Record<string, OutputFormat> = {
  '.parquet': 'parquet',
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
};

function outputFormat(path: string): OutputFormat {
  const format = FORMATS[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `the output "${path}" has an ending that tells no format (known: ${Object.keys(FORMATS).join(' ')})`,
    at: 'output',
  });
}

/** A JSON array has no lines to name, and its values would be read by types that are guessed. */
/** In the words of this command: data is usually named in the config. */
function inputsOf({ input, folder }: ScoreRequest): Inputs {
  try {
    return findInputs(input, folder);
  } catch (error) {
    if (!AirworthyError.is(error) || error.at !== 'data.source') throw error;
    throw new AirworthyError(error.code, {
      message: error.message,
      remedy: `Correct the path, or narrow the glob, to files of one format; paths are relative to ${folder}.`,
      at: '--in',
      cause: error,
    });
  }
}

function requireKnownFormat({ format, files }: Inputs): void {
  if (format !== 'json') return;
  throw new AirworthyError('DATA_FORMAT_UNKNOWN', {
    message: `"${files[0].shown}" is one JSON value; rows to score come as JSON lines, CSV, TSV or Parquet`,
    remedy: 'Write one record a line: `jq -c ".[]" records.json > records.jsonl`.',
  });
}

function requireOwnPaths({ files }: Inputs, outputs: readonly string[]): void {
  const both =
    files.find(({ path }) => outputs.includes(path)) ??
    (outputs[0] === outputs[1] ? { shown: outputs[0] } : undefined);
  if (both === undefined) return;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `"${both.shown}" would be written over by the output`,
    remedy: 'Give input, output and rejected rows a file each.',
    at: 'output',
  });
}

/** What is carried along; a column that is neither that nor a field of the model may be a misspelt one. */
function keptColumns({ columns }: FileScan, fields: readonly string[], keep: readonly string[]): string[] {
  const names = columns.map(({ name }) => name);
  const unknown = keep.find((name) => name !== '*' && !names.includes(name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, names);
    throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
      message: `the input has no column "${unknown}"${nearest ? `; did you mean "${nearest}"?` : ''}`,
      at: 'keep',
      facts: { column: unknown },
    });
  }
  if (keep.includes('*')) return names;
  const extra = names.filter((name) => !fields.includes(name) && !keep.includes(name));
  if (extra.length === 0) return [...keep];
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `${extra
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ')}${extra.length > 5 ? ` and ${extra.length - 5} more` : ''}: no field of the model`,
    remedy: `Carry along what is no field: --keep ${extra.slice(0, 5).join(',')}, or --keep '*' for every column.`,
    at: 'keep',
    facts: { columns: extra.slice(0, 50) },
  });
}

function csvValue(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function digestInputs({ signal }: Context, { files }: Inputs): Promise<string[]> {
  const digests: string[] = [];
  for (const { path } of files) {
    signal?.throwIfAborted();
    digests.push(await digestFile(path));
  }
  return digests;
}
