import type { Selectable } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { SuiteEvaluationTable } from '../../store/sql/evaluation-tables.ts';
import type { EvaluationSpec } from '../suites/evaluation-spec.ts';
import type { CaseRole } from '../suites/schema.ts';
import type { SuiteReport } from './schema.ts';

/** What was evaluated in one evaluation. */
export interface EvaluatedTask {
  name: string;
  digest: string;
  spec: Readonly<Record<string, unknown>>;
  run: string;
}

/** An evaluation of a suite as it is on record. */
export interface SuiteEvaluation {
  id: string;
  suite: string;
  number: number;
  key: string;
  spec: EvaluationSpec;
  version: string | null;
  role: SuiteEvaluationTable['role'];
  casesDigest: string;
  cases: number;
  trials: number;
  seed: string;
  cache: SuiteEvaluationTable['cache'];
  state: SuiteEvaluationTable['state'];
  reason: string | null;
  outcome: SuiteEvaluationTable['outcome'];
  /** As derived from the rows when it ended; null before. */
  report: SuiteReport | null;
  actor: string;
  startedAt: number;
  endedAt: number | null;
  tasks: readonly EvaluatedTask[];
}

/** An evaluation by its id, or the start of one. Throws SUITE_EVALUATION_NOT_FOUND. */
export async function getSuiteEvaluation(context: Context, id: string): Promise<SuiteEvaluation> {
  const row = await context.store.database.sql
    .selectFrom('suite_evaluation')
    .selectAll()
    .where('project', '=', context.project)
    .where('id', '>=', id)
    .where('id', '<', `${id}g`)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (row !== undefined && id.length >= 8) return await withTasks(context, row);
  throw new AirworthyError('SUITE_EVALUATION_NOT_FOUND', {
    message: `there is no evaluation "${id}"`,
    facts: { id },
  });
}

/** An evaluation by the number it has in its suite; the newest where none is given, of any role but `except`. */
export async function findSuiteEvaluation(
  context: Context,
  suite: string,
  number?: number,
  except?: CaseRole,
): Promise<SuiteEvaluation | undefined> {
  let query = context.store.database.sql
    .selectFrom('suite_evaluation')
    .selectAll()
    .where('project', '=', context.project)
    .where('suite', '=', suite)
    .orderBy('number', 'desc')
    .limit(1);
  if (number !== undefined) query = query.where('number', '=', number);
  if (except !== undefined) query = query.where('role', '!=', except);
  const row = await query.executeTakeFirst();
  return row && (await withTasks(context, row));
}

/** The newest evaluation that was asked the same of the same cases. */
export async function findByKey(
  context: Context,
  suite: string,
  key: string,
): Promise<SuiteEvaluation | undefined> {
  const row = await context.store.database.sql
    .selectFrom('suite_evaluation')
    .selectAll()
    .where('project', '=', context.project)
    .where('suite', '=', suite)
    .where('key', '=', key)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && (await withTasks(context, row));
}

async function withTasks(
  { project, store }: Context,
  row: Selectable<SuiteEvaluationTable>,
): Promise<SuiteEvaluation> {
  const tasks = await store.database.sql
    .selectFrom('evaluation_task')
    .select(['name', 'digest', 'spec_json', 'run'])
    .where('project', '=', project)
    .where('evaluation', '=', row.id)
    .orderBy('position')
    .execute();
  return {
    ...{ id: row.id, suite: row.suite, number: Number(row.number), key: row.key },
    spec: JSON.parse(row.spec_json),
    ...{ version: row.dataset_version, role: row.role, casesDigest: row.cases_digest },
    ...{ cases: Number(row.cases), trials: Number(row.trials), seed: row.seed, cache: row.cache },
    ...{ state: row.state, reason: row.reason, outcome: row.outcome, actor: row.actor },
    report: row.report_json === null ? null : JSON.parse(row.report_json),
    startedAt: Number(row.started_at),
    endedAt: row.ended_at === null ? null : Number(row.ended_at),
    tasks: tasks.map(({ name, digest, spec_json, run }) => ({
      name,
      digest,
      spec: JSON.parse(spec_json),
      run,
    })),
  };
}

/** The metrics that its scorers give, in the order of the scorers. */
export function metricsOf({
  spec,
}: Pick<SuiteEvaluation, 'spec'>): EvaluationSpec['scorers'][number]['metrics'] {
  return spec.scorers.flatMap((scorer) => scorer.metrics);
}
