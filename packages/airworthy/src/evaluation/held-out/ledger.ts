import type { Selectable } from 'kysely';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { idFromContent } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { HeldOutLookTable } from '../../store/sql/evaluation-tables.ts';
import type { Outcome } from '../gates/schema.ts';
import type { SuiteMetric, SuiteReport } from '../report/schema.ts';
import type { GapMetric, HeldOutLook } from './schema.ts';

export interface BeginLook {
  /** Digest of the dataset version; of the cases where they are from no dataset. */
  datasetVersion: string;
  suite: string;
  evaluation: string;
  task: string;
  taskDigest: string;
  /** Names of the gates that are to be answered. */
  gates: readonly string[];
  /** How many looks these cases may have in all. */
  budget: number;
}

/**
 * Writes a look at held-out cases down, BEFORE any of them is run: durable when it resolves, so that no look goes unrecorded, and
 * one that is broken off is spent. The same task of the same evaluation looks once, however often it is called.
 *
 * Throws LOOKS_SPENT where the budget of these cases is used up.
 */
export async function beginLook(
  context: Context,
  look: BeginLook,
): Promise<{ id: string; number: number; budget: number }> {
  const { project, actor, clock } = context;
  const { datasetVersion, suite, evaluation, task, taskDigest, gates, budget } = look;
  const id = idFromContent({ evaluation, task });
  return context.store.database.write(async (sql) => {
    const looks = await sql
      .selectFrom('held_out_look')
      .select(['id', 'number', 'budget'])
      .where('project', '=', project)
      .where('dataset_version', '=', datasetVersion)
      .orderBy('number', 'desc')
      .execute();
    const before = looks.find((row) => row.id === id);
    if (before) return { id, number: Number(before.number), budget: Number(before.budget) };
    if (looks.length >= budget) throw looksSpent(look, looks.length);
    const number = Number(looks[0]?.number ?? 0) + 1;
    await sql
      .insertInto('held_out_look')
      .values({
        ...{ project, id, dataset_version: datasetVersion, suite, evaluation, task, task_digest: taskDigest },
        ...{ number, budget, gates_json: canonicalJson(gates) },
        ...{ outcome: null, dev_json: null, held_out_json: null, actor, at: clock.now() },
      })
      .execute();
    return { id, number, budget };
  });
}

function looksSpent({ suite, datasetVersion, budget }: BeginLook, looks: number): AirworthyError {
  return new AirworthyError('LOOKS_SPENT', {
    message: `suite "${suite}": the held-out cases of ${datasetVersion.slice(0, 12)} were looked at ${looks} times, ${budget} are allowed`,
    facts: { suite, datasetVersion, looks, budget },
  });
}

/**
 * Writes down what a look showed: the outcome of the gates, and the metrics beside those the same task last had on dev cases. What
 * is written stays.
 */
export async function endLook(
  context: Context,
  { id, outcome, metrics }: { id: string; outcome: Outcome | null; metrics: readonly SuiteMetric[] },
): Promise<void> {
  const { project } = context;
  const look = await context.store.database.sql
    .selectFrom('held_out_look')
    .select(['suite', 'task_digest', 'held_out_json'])
    .where('project', '=', project)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!look || look.held_out_json !== null) return;
  const dev = await metricsOnDev(context, look.suite, look.task_digest);
  await context.store.database.write((sql) =>
    sql
      .updateTable('held_out_look')
      .set({
        outcome,
        held_out_json: canonicalJson(metrics.map(toGapMetric)),
        dev_json: dev ? canonicalJson(dev) : null,
      })
      .where('project', '=', project)
      .where('id', '=', id)
      .where('held_out_json', 'is', null)
      .execute(),
  );
}

/** What the same task had when it was last evaluated on the suite's dev cases. */
async function metricsOnDev(
  { project, store }: Context,
  suite: string,
  taskDigest: string,
): Promise<GapMetric[] | undefined> {
  const row = await store.database.sql
    .selectFrom('suite_evaluation')
    .innerJoin('evaluation_task', (join) =>
      join
        .onRef('evaluation_task.project', '=', 'suite_evaluation.project')
        .onRef('evaluation_task.evaluation', '=', 'suite_evaluation.id'),
    )
    .select(['suite_evaluation.report_json', 'evaluation_task.name'])
    .where('suite_evaluation.project', '=', project)
    .where('suite_evaluation.suite', '=', suite)
    .where('suite_evaluation.role', '=', 'dev')
    .where('suite_evaluation.report_json', 'is not', null)
    .where('evaluation_task.digest', '=', taskDigest)
    .orderBy('suite_evaluation.number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row?.report_json) return undefined;
  const report = JSON.parse(row.report_json) as SuiteReport;
  return report.tasks.find(({ name }) => name === row.name)?.metrics.map(toGapMetric);
}

function toGapMetric({ name, value, low, high, n }: SuiteMetric): GapMetric {
  return { metric: name, value, low, high, n };
}

export interface ListLooks {
  /** Name of a dataset, or digest of a version of it. */
  dataset?: string | undefined;
  suite?: string | undefined;
  before?: { at: number; id: string } | undefined;
  limit: number;
}

/** The looks at held-out cases, the latest first. */
export async function listLooks(
  { project, store }: Context,
  { dataset, suite, before, limit }: ListLooks,
): Promise<HeldOutLook[]> {
  let query = store.database.sql
    .selectFrom('held_out_look')
    .selectAll('held_out_look')
    .select((from) =>
      from
        .selectFrom('dataset_version')
        .select('dataset')
        .whereRef('dataset_version.project', '=', 'held_out_look.project')
        .whereRef('dataset_version.digest', '=', 'held_out_look.dataset_version')
        .limit(1)
        .as('dataset'),
    )
    .where('held_out_look.project', '=', project)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (suite !== undefined) query = query.where('suite', '=', suite);
  if (dataset !== undefined) {
    query = query.where((is) =>
      is.or([
        is('dataset_version', '=', dataset),
        is(
          'dataset_version',
          'in',
          is
            .selectFrom('dataset_version')
            .select('digest')
            .where('dataset_version.project', '=', project)
            .where('dataset_version.dataset', '=', dataset),
        ),
      ]),
    );
  }
  if (before) {
    query = query.where((is) =>
      is.or([is('at', '<', before.at), is.and([is('at', '=', before.at), is('id', '<', before.id)])]),
    );
  }
  return (await query.execute()).map(toLook);
}

function toLook(row: Selectable<HeldOutLookTable> & { dataset: string | null }): HeldOutLook {
  const metrics = (json: string | null) => (json === null ? null : (JSON.parse(json) as GapMetric[]));
  return {
    ...{ id: row.id, datasetVersion: row.dataset_version, dataset: row.dataset, suite: row.suite },
    ...{ evaluation: row.evaluation, task: row.task, taskDigest: row.task_digest },
    ...{ number: Number(row.number), budget: Number(row.budget), gates: JSON.parse(row.gates_json) },
    ...{ outcome: row.outcome, dev: metrics(row.dev_json), heldOut: metrics(row.held_out_json) },
    ...{ actor: row.actor, at: Number(row.at) },
  };
}
