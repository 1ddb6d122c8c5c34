import { checkTable, type RowProblem } from '../../models/check-table.ts';
import { fromPredictions } from '../../models/from-predictions.ts';
import type { Model } from '../../models/model.ts';
import type { Scorer } from '../../models/scorer.ts';
import type { Signature } from '../../models/signature.ts';
import { type Field, outputWidth, type Table } from '../../models/table.ts';
import { tableToRecords } from '../../models/table-to-records.ts';
import { labelIndex, type Output, toLabels } from '../../models/to-prediction.ts';
import type { JsonRecord } from '../records/check-records.ts';
import { notFinite } from '../records/not-finite.ts';

/** The answers to the rows of a part. */
export interface ScoredRows {
  /** Index of the label in the task's classes, 0 where it has none; -1: the row is rejected. */
  labels: Int32Array;
  /** Row-major; as wide as the task is. */
  scores: Float64Array;
  /** Answers as JSON, where there is no task. */
  outputs: string[] | null;
  /** Of rejected rows, in their order. */
  problems: RowProblem[];
}

/** What is needed of a model to score a table with it. */
export type ScoredModel = Pick<Model, 'task' | 'threshold' | 'fields'>;

/**
 * Checks a table as requests are checked and scores it. Rows with a problem, found here or while reading, are
 * rejected; the rest get what each would get alone.
 */
export async function scoreTable(
  model: ScoredModel,
  { scoreTable, width }: Scorer,
  table: Table,
  unread: readonly RowProblem[] = [],
): Promise<ScoredRows> {
  const problems = findProblems(model.fields, table, unread);
  const scores = await scoreTable(table);
  const labels = new Int32Array(table.rows);
  for (let row = 0; row < table.rows; row++) labels[row] = labelIndex(model, scores, row * width);
  for (const { row } of problems) labels[row] = -1;
  for (let at = 0; at < scores.length; at++) {
    if (Number.isFinite(scores[at])) continue;
    const row = Math.floor(at / width);
    if (labels[row] === -1) continue;
    labels[row] = -1;
    problems.push({ row, field: '', problem: tooExtreme(NUMBER[model.task.kind]) });
  }
  return { labels, scores, outputs: null, problems: problems.sort(byRow) };
}

/** The same with what only takes records. */
export async function scoreByRecords(
  { fields, task }: Signature,
  answer: (records: readonly JsonRecord[]) => Promise<readonly Output[]>,
  table: Table,
  unread: readonly RowProblem[] = [],
): Promise<ScoredRows> {
  const problems = findProblems(fields, table, unread);
  const isFaulty = new Set(problems.map(({ row }) => row));
  const accepted = tableToRecords(fields, table)
    .map((record, row) => ({ record, row }))
    .filter(({ row }) => !isFaulty.has(row));
  const answers = accepted.length === 0 ? [] : await answer(accepted.map(({ record }) => record));
  const labels = new Int32Array(table.rows).fill(-1);
  const outputs = task === null ? new Array<string>(table.rows).fill('') : null;
  const width = task === null ? 0 : outputWidth(task);
  const scores = new Float64Array(table.rows * width);
  const classes = task === null || task.kind === 'regression' ? [] : toLabels(task.classes);
  for (const [index, { row }] of accepted.entries()) {
    const given = answers[index];
    const extreme = notFinite(given);
    if (extreme !== undefined) {
      problems.push({ row, field: '', problem: tooExtreme(extreme) });
      continue;
    }
    labels[row] = 'label' in given ? classes.indexOf(given.label) : 0;
    if ('output' in given) outputs![row] = JSON.stringify(given.output);
    else scores.set(fromPredictions(task!, [given]), row * width);
  }
  return { labels, scores, outputs, problems: problems.sort(byRow) };
}

/** What cannot be read is missing in the table; that it cannot be read says more. */
function findProblems(fields: readonly Field[], table: Table, unread: readonly RowProblem[]): RowProblem[] {
  const known = new Set(unread.map(({ row, field }) => `${row} ${field}`));
  const found = checkTable(fields, table).filter(({ row, field }) => !known.has(`${row} ${field}`));
  return [...unread, ...found];
}

const NUMBER = { binary: 'probability', multiclass: 'probabilities', regression: 'value' };

const byRow = (a: RowProblem, b: RowProblem): number => a.row - b.row;

/** In the words in which a request is refused for it. */
export function tooExtreme(output: string): string {
  return `is so extreme that the model's ${output} is not a finite number`;
}
