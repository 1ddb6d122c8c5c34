import { type FieldReading, type FileScan, type ReadRange, readRange } from '../../data/index.ts';
import type { ProgressTask } from '../../kernel/progress.ts';
import type { RowProblem } from '../../models/check-table.ts';
import { wrongKind } from '../../models/value-problem.ts';
import type { AnswerColumns } from './answer-columns.ts';
import { inOrder } from './in-order.ts';
import type { PartJournal, PartRecord } from './part-journal.ts';
import type { PartScorer } from './part-scorer.ts';
import type { RejectedRow } from './schema.ts';
import type { ScoredRows } from './score-table.ts';

/** What a job is at work on: files that are read by columns. */
export interface ColumnsJob {
  scan: FileScan;
  readings: readonly FieldReading[];
  columns: AnswerColumns;
  scorer: PartScorer;
  journal: PartJournal;
  task: ProgressTask;
}

/** Rows of one segment; parts do not reach beyond their file. */
interface PartRange {
  part: number;
  segment: number;
  start: number;
  rows: number;
  /** Of its first row, from 1, through all files. */
  firstRow: number;
}

/** Scores what is not scored yet, part by part, and returns what every part holds. */
export async function scoreColumns(job: ColumnsJob): Promise<{ parts: PartRecord[]; resumed: number }> {
  const parts: PartRecord[] = [];
  let resumed = 0;
  const missing: PartRange[] = [];
  const ranges = [...listRanges(job.scan, job.scorer.partRows)];
  for (const range of ranges) {
    const done = await job.journal.find(range.part);
    if (done === undefined) missing.push(range);
    else {
      parts[range.part] = done;
      resumed += done.rows;
      job.task.advance(done.rows);
    }
  }
  await inOrder(missing, job.scorer.slots, {
    async start(range) {
      const read = await readRange(job.scan, job.readings, range.segment, range.start, range.rows);
      const scored = job.scorer.scorePart(read.table, unreadProblems(job.readings, read));
      return () => scored;
    },
    async end(range, scored) {
      parts[range.part] = await writePart(job, range, await scored());
      job.task.advance(range.rows);
    },
  });
  return { parts, resumed };
}

function* listRanges({ segments }: FileScan, partRows: number): Generator<PartRange> {
  let [part, firstRow] = [0, 1];
  for (const [segment, { rows }] of segments.entries()) {
    for (let start = 0; start < rows; start += partRows) {
      const length = Math.min(partRows, rows - start);
      yield { part: part++, segment, start, rows: length, firstRow: firstRow + start };
    }
    firstRow += rows;
  }
}

function unreadProblems(readings: readonly FieldReading[], { unread }: ReadRange): RowProblem[] {
  const fields = new Map(readings.map(({ field }) => [field.name, field]));
  return unread.map(({ row, field, text }) => ({
    row,
    field,
    problem: wrongKind(fields.get(field)!, text),
  }));
}

async function writePart(job: ColumnsJob, range: PartRange, scored: ScoredRows): Promise<PartRecord> {
  const { scan, columns, journal } = job;
  const source = scan.range(range.segment, range.start, range.rows);
  await columns.write(scan.engine, { ...range, source }, scored, journal.path(range.part));
  const rejected = await describeRejected(scan, range, scored.problems);
  const record = {
    rows: range.rows,
    scored: range.rows - rejected.length,
    rejected: rejected.length,
    lines: 0,
  };
  await journal.finish(range.part, record, rejected);
  return record;
}

async function describeRejected(
  scan: FileScan,
  { segment, start }: PartRange,
  problems: readonly RowProblem[],
): Promise<RejectedRow[]> {
  if (problems.length === 0) return [];
  const byRow = [...Map.groupBy(problems, ({ row }) => row)];
  const places = await scan.locate(
    segment,
    byRow.map(([row]) => start + row),
  );
  return byRow.map(([, found], index) => ({
    ...places[index],
    problems: found.map(({ field, problem }) => ({ path: field, problem })),
  }));
}
