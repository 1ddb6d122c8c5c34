import { idFromContent } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import { endRun, startRun } from '../../tracking/recording.ts';
import type { SurveyedCases } from '../cases/survey-cases.ts';
import type { CacheMode } from '../model-calls/schema.ts';
import { findByKey, getSuiteEvaluation, type SuiteEvaluation } from '../report/suite-evaluation.ts';
import type { EvaluationSpec } from '../suites/evaluation-spec.ts';
import type { CaseRole } from '../suites/schema.ts';
import type { Task } from '../tasks/task.ts';

export interface EvaluationToBegin {
  suite: string;
  /** Of everything that decides what comes out: the same goes on where it was broken off. */
  key: string;
  spec: EvaluationSpec;
  role: CaseRole;
  cases: SurveyedCases;
  trials: number;
  seed: string;
  cache: CacheMode;
  tasks: readonly Task[];
  /** Takes up the newest evaluation of this key even where it is finished. */
  takeUpFinished: boolean;
}

/** Takes up the evaluation that was asked the same and has not ended, or begins a new one with a run for each task. */
export async function beginEvaluation(context: Context, asked: EvaluationToBegin): Promise<SuiteEvaluation> {
  const before = await findByKey(context, asked.suite, asked.key);
  if (before !== undefined && (asked.takeUpFinished || before.state !== 'finished'))
    return resume(context, before, asked);
  const { id, number } = await insertEvaluation(context, asked);
  try {
    await startRuns(context, id, number, asked);
  } catch (error) {
    await deleteEvaluation(context, id);
    throw error;
  }
  return getSuiteEvaluation(context, id);
}

async function resume(
  context: Context,
  before: SuiteEvaluation,
  asked: EvaluationToBegin,
): Promise<SuiteEvaluation> {
  await startRuns(context, before.id, before.number, asked);
  await context.store.database.write((sql) =>
    sql
      .updateTable('suite_evaluation')
      .set({
        state: 'running',
        reason: null,
        outcome: null,
        report_json: null,
        ended_at: null,
        spec_json: JSON.stringify(asked.spec),
      })
      .where('project', '=', context.project)
      .where('id', '=', before.id)
      .execute(),
  );
  return getSuiteEvaluation(context, before.id);
}

/** Made from content: what died between the rows and their runs starts the same ones. */
function runId(evaluation: string, task: string): string {
  return idFromContent({ evaluation, task });
}

async function startRuns(
  context: Context,
  evaluation: string,
  number: number,
  { suite, tasks, cases, role, seed }: EvaluationToBegin,
): Promise<void> {
  for (const task of tasks) {
    await startRun(context, {
      id: runId(evaluation, task.name),
      ...{ experiment: suite, name: `${suite} ${number}: ${task.name}` },
      params: { task: task.name, role, seed },
      tags: { 'airworthy.kind': 'evaluation', 'airworthy.evaluation': evaluation },
      inputs: cases.version === null ? [] : [{ kind: 'dataset-version', digest: cases.version }],
    });
  }
}

/** Takes the next number within the write, so that two that begin at once, on two machines, get one each. */
async function insertEvaluation(
  context: Context,
  asked: EvaluationToBegin,
): Promise<{ id: string; number: number }> {
  const { project, actor, clock } = context;
  return context.store.database.write(async (sql) => {
    const newest = await sql
      .selectFrom('suite_evaluation')
      .select('number')
      .where('project', '=', project)
      .where('suite', '=', asked.suite)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    const number = Number(newest?.number ?? 0) + 1;
    const id = idFromContent({ project, suite: asked.suite, number, key: asked.key });
    await sql
      .insertInto('suite_evaluation')
      .values({
        ...{ project, id, suite: asked.suite, number, key: asked.key, spec_json: JSON.stringify(asked.spec) },
        ...{ dataset_version: asked.cases.version, role: asked.role, cases_digest: asked.cases.digest },
        ...{ cases: asked.cases.cases, trials: asked.trials, seed: asked.seed, cache: asked.cache },
        ...{ state: 'running', reason: null, outcome: null, report_json: null },
        ...{ actor, started_at: clock.now(), ended_at: null },
      })
      .execute();
    await sql
      .insertInto('evaluation_task')
      .values(
        asked.tasks.map(({ name, digest, spec }, position) => ({
          ...{ project, evaluation: id, name, position, digest, spec_json: JSON.stringify(spec) },
          run: runId(id, name),
        })),
      )
      .execute();
    return { id, number };
  });
}

/** Takes away an evaluation that cannot begin: nothing was asked yet. Its runs stay, as failed. */
export async function discardEvaluation(context: Context, { id, tasks }: SuiteEvaluation): Promise<void> {
  for (const { run } of tasks) await endRun(context, run, 'failed');
  await deleteEvaluation(context, id);
}

async function deleteEvaluation({ project, store }: Context, id: string): Promise<void> {
  await store.database.write(async (sql) => {
    for (const table of ['evaluation_case', 'evaluation_task'] as const) {
      await sql.deleteFrom(table).where('project', '=', project).where('evaluation', '=', id).execute();
    }
    await sql.deleteFrom('suite_evaluation').where('project', '=', project).where('id', '=', id).execute();
  });
}

/** Takes away results that are errors, and those with a score that is one, so that they are asked again. */
export async function forgetErrors({ project, store }: Context, evaluation: string): Promise<void> {
  await store.database.write(async (sql) => {
    const failed = await sql
      .selectFrom('case_result')
      .select(['task', 'position', 'trial'])
      .where('project', '=', project)
      .where('evaluation', '=', evaluation)
      .where('status', '!=', 'ok')
      .union(
        sql
          .selectFrom('score')
          .select(['task', 'position', 'trial'])
          .where('project', '=', project)
          .where('evaluation', '=', evaluation)
          .where('status', '=', 'error'),
      )
      .execute();
    for (const { task, position, trial } of failed) {
      for (const table of ['score', 'case_result'] as const) {
        await sql
          .deleteFrom(table)
          .where('project', '=', project)
          .where('evaluation', '=', evaluation)
          .where('task', '=', task)
          .where('position', '=', position)
          .where('trial', '=', trial)
          .execute();
      }
    }
  });
}
