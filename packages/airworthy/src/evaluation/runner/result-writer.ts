import type { Context } from '../../store/ports.ts';
import { type BulkStatement, createBulkRunner } from '../../store/sql/bulk-statements.ts';
import type { CaseResultTable, ScoreTable } from '../../store/sql/evaluation-tables.ts';

/** As many as one statement takes; from the cache they come faster than the disk commits. */
const MOST_ROWS = 256;
const LONGEST_WAIT_MS = 50;
/** Beyond it whoever adds waits for the disk. */
const MOST_WAITING = 1_024;

export type ResultRow = Omit<CaseResultTable, 'project' | 'evaluation'>;
export type ScoreRow = Omit<ScoreTable, 'project' | 'evaluation'>;

/** Writes results with their scores, many a commit; a result is there with all its scores or not at all. */
export interface ResultWriter {
  /** Resolves when there is room; undefined where there is. Throws what made an earlier write fail. */
  add(result: ResultRow, scores: readonly ScoreRow[]): Promise<void> | undefined;
  /** Resolves when all that was added is on disk. */
  flush(): Promise<void>;
}

const RESULT_COLUMNS = [
  ...[
    'task',
    'position',
    'trial',
    'status',
    'output_json',
    'code',
    'message',
    'attempts',
    'latency_us',
    'cached',
  ],
  ...['input_tokens', 'output_tokens', 'cost', 'calls_json', 'ended_at'],
] as (keyof ResultRow)[];
const SCORE_COLUMNS = [
  ...['task', 'position', 'trial', 'metric', 'status', 'value', 'label', 'code', 'sums_json', 'detail_json'],
] as (keyof ScoreRow)[];

const INSERT_RESULTS = insertInto('case_result', RESULT_COLUMNS);
const INSERT_SCORES = insertInto('score', SCORE_COLUMNS);

/** What is there already stays: a finished row is never rewritten. */
function insertInto(table: 'case_result' | 'score', columns: readonly string[]): BulkStatement {
  const names = ['project', 'evaluation', ...columns];
  return {
    name: table,
    build: (sql, rows) =>
      sql
        .insertInto(table)
        .values(
          rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])) as never),
        )
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
  };
}

export function createResultWriter(context: Context, evaluation: string): ResultWriter {
  const { project, store } = context;
  const bulk = createBulkRunner();
  let results: unknown[][] = [];
  let scores: unknown[][] = [];
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failure: unknown;

  async function writeAll(): Promise<void> {
    while (results.length > 0) {
      const [someResults, someScores] = [results, scores];
      results = [];
      scores = [];
      await store.database.write(async (sql) => {
        await bulk.run(sql, INSERT_RESULTS, someResults);
        await bulk.run(sql, INSERT_SCORES, someScores);
      });
    }
  }
  function start(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeAll()
      .catch((error: unknown) => {
        failure = error;
      })
      .finally(() => {
        writing = undefined;
      });
    return writing;
  }
  return {
    add(result, itsScores) {
      if (failure !== undefined) throw failure;
      results.push([project, evaluation, ...RESULT_COLUMNS.map((column) => result[column])]);
      for (const score of itsScores) {
        scores.push([project, evaluation, ...SCORE_COLUMNS.map((column) => score[column])]);
      }
      if (results.length >= MOST_WAITING) return start();
      if (results.length >= MOST_ROWS) void start();
      else timer ??= setTimeout(() => void start(), LONGEST_WAIT_MS);
      return undefined;
    },
    async flush() {
      await start();
      // What arrived while the write before was under way.
      await start();
      if (failure !== undefined) throw failure;
    },
  };
}
