import { type Engine, sqlName, sqlText } from '../../data/index.ts';
import type { Signature } from '../../models/signature.ts';
import { outputWidth, type Task } from '../../models/table.ts';
import { toLabels } from '../../models/to-prediction.ts';
import type { OutputFormat } from './schema.ts';
import type { ScoredRows } from './score-table.ts';

/** Where a part's rows come from. */
export interface PartSource {
  /** SQL: the columns of its rows, in order. */
  source: string;
  rows: number;
  firstRow: number;
}

/** The columns of the output: the row's number, what is carried along, and the answer. */
export interface AnswerColumns {
  names: string[];
  write(engine: Engine, part: PartSource, scored: ScoredRows, path: string): Promise<void>;
}

/** @param kept Columns of the input that are carried along. */
export function createAnswerColumns(
  { task }: Signature,
  kept: readonly string[],
  format: OutputFormat,
): AnswerColumns {
  const free = (name: string): string => (kept.includes(name) ? free(`predicted ${name}`) : name);
  const answers = answerTerms(task, format).map(([name, sql]) => [free(name), sql] as const);
  const numbered = kept.includes('row') ? [] : ['row'];
  const list = (firstRow: number): string =>
    [
      ...numbered.map(() => `scored.rowid + ${firstRow} AS "row"`),
      ...kept.map((name) => `source.${sqlName(name)}`),
      ...answers.map(([name, sql]) => `${sql} AS ${sqlName(name)}`),
    ].join(', ');
  return {
    names: [...numbered, ...kept, ...answers.map(([name]) => name)],
    async write(engine, { source, rows, firstRow }, scored, path) {
      await fillScored(engine, task, scored, rows);
      const from =
        kept.length === 0
          ? 'scored'
          : `(SELECT ${kept.map(sqlName).join(', ')} FROM ${source}) AS source POSITIONAL JOIN scored`;
      await engine.run(
        `COPY (SELECT ${list(firstRow)} FROM ${from} WHERE scored.label >= 0) TO ${sqlText(path)} (${COPY_AS[format]})`,
      );
    },
  };
}

/** Text parts are put one behind the other, so they have no header. */
const COPY_AS: Record<OutputFormat, string> = {
  parquet: 'FORMAT parquet, COMPRESSION snappy',
  csv: 'FORMAT csv, HEADER false',
  jsonl: 'FORMAT json, ARRAY false',
};

/** The answer's columns as SQL over the table `scored`. */
function answerTerms(task: Task | null, format: OutputFormat): [name: string, sql: string][] {
  if (task === null) return [['output', format === 'jsonl' ? 'scored.output::JSON' : 'scored.output']];
  if (task.kind === 'regression') return [['value', 'scored.s0']];
  const label = labelTerm(task.classes);
  if (task.kind === 'binary')
    return [
      ['label', label],
      ['probability', 'scored.s0'],
    ];
  if (format === 'csv')
    return [
      ['label', label],
      ...task.classes.map((name, k): [string, string] => [`probability of ${name}`, `scored.s${k}`]),
    ];
  const members = task.classes.map((name, k) => `${sqlText(name)}: scored.s${k}`);
  return [
    ['label', label],
    ['probabilities', `{${members.join(', ')}}`],
  ];
}

function labelTerm(classes: readonly string[]): string {
  const labels = toLabels(classes).map((label) =>
    typeof label === 'string' ? sqlText(label) : String(label),
  );
  return `([${labels.join(', ')}])[scored.label + 1]`;
}

/** DuckDB's vector: the most rows of a chunk. */
const CHUNK = 2_048;

/** Puts a part's answers where SQL finds them. */
async function fillScored(
  engine: Engine,
  task: Task | null,
  { labels, scores, outputs }: ScoredRows,
  rows: number,
): Promise<void> {
  const { DOUBLE, DuckDBDataChunk, INTEGER, VARCHAR } = await import('@duckdb/node-api');
  const width = task === null ? 0 : outputWidth(task);
  const numbered = Array.from({ length: width }, (_, k) => `s${k} DOUBLE`);
  await engine.run(
    `CREATE OR REPLACE TABLE scored (${['label INTEGER', 'output VARCHAR', ...numbered].join(', ')})`,
  );
  const types = [INTEGER, VARCHAR, ...numbered.map(() => DOUBLE)];
  const appender = await engine.appender('scored');
  for (let start = 0; start < rows; start += CHUNK) {
    const length = Math.min(CHUNK, rows - start);
    const chunk = DuckDBDataChunk.create(types);
    chunk.setColumns([
      Array.from(labels.subarray(start, start + length)),
      outputs === null ? new Array(length).fill(null) : outputs.slice(start, start + length),
      ...numbered.map((_, k) => Array.from({ length }, (_row, at) => scores[(start + at) * width + k])),
    ]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
