import { isUtf8 } from 'node:buffer';
import type { Output } from '../../models/to-prediction.ts';
import type { JsonRecord, RecordCheck } from '../records/check-records.ts';
import { notFinite } from '../records/not-finite.ts';
import type { FieldProblem } from '../schema.ts';
import { tooExtreme } from './score-table.ts';

/** Whole lines of a JSON lines file. */
export interface LineBlock {
  bytes: Uint8Array;
  /** The number of its first line, counted through all files from 1: the row of the record in it. */
  firstRow: number;
  /** Members of a record that are carried along; `*`: all. */
  keep: readonly string[];
}

/** What answers records. */
export interface LineScorer {
  /** The fields' names. */
  names: readonly string[];
  check: RecordCheck;
  fill: ((value: unknown) => unknown) | undefined;
  answer(records: readonly JsonRecord[]): Promise<readonly Output[]>;
}

/** A record of a line, as it is scored and as it is carried along. */
interface ReadLine {
  row: number;
  record: JsonRecord;
  kept: JsonRecord;
}

export interface RejectedLine {
  row: number;
  problems: FieldProblem[];
}

export interface BlockResult {
  /** JSON lines of the answers. */
  text: Uint8Array;
  rejected: RejectedLine[];
  scored: number;
}

/**
 * Scores the records of whole lines, each checked as a request is. Lines without one are passed over. What is carried
 * along is taken out before the check where it is no field of the model; all else must be one.
 */
export async function scoreLines(block: LineBlock, scorer: LineScorer): Promise<BlockResult> {
  const rejected: RejectedLine[] = [];
  const lines: ReadLine[] = [];
  for (const [row, text] of linesOf(block)) {
    const read = readLine(row, text, block.keep, scorer);
    if (read === null) continue;
    if ('problems' in read) rejected.push(read);
    else lines.push(read);
  }
  const answers = lines.length === 0 ? [] : await scorer.answer(lines.map(({ record }) => record));
  const out: string[] = [];
  for (const [index, { row, kept }] of lines.entries()) {
    const extreme = notFinite(answers[index]);
    if (extreme === undefined) out.push(`${JSON.stringify(joinAnswer(row, kept, answers[index]))}\n`);
    else rejected.push({ row, problems: [{ path: '', problem: tooExtreme(extreme) }] });
  }
  return {
    text: Buffer.from(out.join('')),
    rejected: rejected.sort((a, b) => a.row - b.row),
    scored: out.length,
  };
}

const NEWLINE = 10;

/** The lines with their rows; null for one that is no UTF-8. */
function* linesOf({ bytes, firstRow }: LineBlock): Generator<[row: number, text: string | null]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const allText = isUtf8(buffer);
  let start = 0;
  for (let row = firstRow; start < buffer.length; row++) {
    const newline = buffer.indexOf(NEWLINE, start);
    const end = newline === -1 ? buffer.length : newline;
    const line = buffer.subarray(start, end);
    yield [row, allText || isUtf8(line) ? line.toString('utf8') : null];
    start = end + 1;
  }
}

function readLine(
  row: number,
  text: string | null,
  keep: readonly string[],
  scorer: LineScorer,
): ReadLine | RejectedLine | null {
  if (text === null) return reject(row, 'is not UTF-8');
  if (text.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return reject(row, `is not JSON: ${(error as Error).message}`);
  }
  const { record, kept } = takeOut(value, keep, scorer.names);
  const filled = scorer.fill === undefined ? record : scorer.fill(record);
  const problems = scorer.check(filled);
  if (problems.length === 0) return { row, record: filled as JsonRecord, kept };
  return { row, problems: problems.map(({ field, problem }) => ({ path: field, problem })) };
}

const reject = (row: number, problem: string): RejectedLine => ({ row, problems: [{ path: '', problem }] });

/** A record without what is only carried along, and what is carried along. */
export function takeOut(
  value: unknown,
  keep: readonly string[],
  names: readonly string[],
): { record: unknown; kept: JsonRecord } {
  if (keep.length === 0 || typeof value !== 'object' || value === null || Array.isArray(value))
    return { record: value, kept: {} };
  const entries = Object.entries(value);
  const isKept = (name: string) => keep.includes('*') || keep.includes(name);
  return {
    record: Object.fromEntries(entries.filter(([name]) => names.includes(name) || !isKept(name))),
    kept: Object.fromEntries(entries.filter(([name]) => isKept(name))),
  };
}

/** The line of an answer; a name of the answer that something carried along has already is told apart. */
export function joinAnswer(row: number, kept: JsonRecord, answer: Output): Record<string, unknown> {
  const free = (name: string): string => (Object.hasOwn(kept, name) ? free(`predicted ${name}`) : name);
  const own = Object.entries(answer).map(([name, value]) => [free(name), value] as const);
  return { ...(Object.hasOwn(kept, 'row') ? {} : { row }), ...kept, ...Object.fromEntries(own) };
}
