import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteReport } from 'airworthy/evaluation';
import { runAirworthy } from './run-airworthy.ts';

/** Answers that were made already, to be held against what is expected. */
export interface AnswersToJudge {
  /** Name of the suite. */
  suite: string;
  /** Each answers every case by the member of that name: `{ value, toolCalls }`. */
  tasks: readonly string[];
  scorers: readonly (string | Readonly<Record<string, unknown>>)[];
  slices: readonly string[];
  cluster?: string;
  cases: readonly AnsweredCase[];
}

export interface AnsweredCase {
  id: string;
  /** By task. */
  answers: Readonly<Record<string, unknown>>;
  expected: unknown;
  metadata: Readonly<Record<string, unknown>>;
}

/** One case by one task, as `--output rows.jsonl` has it. */
export interface JudgedAnswer {
  task: string;
  case: string;
  scores: Readonly<Record<string, { status: string; value?: number; code?: string }>>;
}

export interface JudgedAnswers {
  report: SuiteReport;
  rows: JudgedAnswer[];
}

const CONFIG =
  "import { defineProject } from 'airworthy';\nexport default defineProject({ name: 'voice-assistant' });\n";

/**
 * An evaluation of the project like any other, with its runs and figures on record. Its suite is written for the occasion, so
 * that `airworthy evaluate` in the example's folder does not want what was recorded or downloaded for it.
 */
export async function judgeAnswers(
  asked: AnswersToJudge,
  { dataFolder, signal }: { dataFolder: string; signal?: AbortSignal | undefined },
): Promise<JudgedAnswers> {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-answers-'));
  try {
    const paths = { report: join(folder, 'report.json'), rows: join(folder, 'rows.jsonl') };
    writeFileSync(join(folder, 'airworthy.config.ts'), CONFIG);
    writeFileSync(join(folder, `${asked.suite}.eval.ts`), suiteText(asked));
    writeFileSync(join(folder, 'cases.jsonl'), asked.cases.map(toLine).join(''));
    const outputs = ['--output', paths.report, '--output', paths.rows];
    await runAirworthy(['evaluate', asked.suite, '--project', folder, ...outputs], { dataFolder, signal });
    const lines = readFileSync(paths.rows, 'utf8').split('\n').filter(Boolean);
    return {
      report: JSON.parse(readFileSync(paths.report, 'utf8')) as SuiteReport,
      rows: lines.map((line) => JSON.parse(line) as JudgedAnswer),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function suiteText({ suite, tasks, scorers, slices, cluster }: AnswersToJudge): string {
  const answers = tasks.map(
    (task) => `${JSON.stringify(task)}: (answers) => answers[${JSON.stringify(task)}]`,
  );
  const settings = {
    name: suite,
    dataset: 'cases.jsonl',
    scorers,
    slices,
    ...(cluster === undefined ? {} : { cluster }),
  };
  return `import { defineEval } from 'airworthy/evaluation';
export default defineEval({ ...${JSON.stringify(settings)}, tasks: { ${answers.join(', ')} } });
`;
}

function toLine({ id, answers, expected, metadata }: AnsweredCase): string {
  return `${JSON.stringify({ id, input: answers, expected, metadata })}\n`;
}
