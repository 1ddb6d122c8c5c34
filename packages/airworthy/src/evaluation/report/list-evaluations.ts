import type { Selectable } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { SuiteEvaluationTable } from '../../store/sql/evaluation-tables.ts';
import type { EvaluationItem, SuiteItem } from './read-schema.ts';
import type { SuiteReport } from './schema.ts';

const TREND = 20;
const SHOWN = [
  ...([
    'id',
    'suite',
    'number',
    'state',
    'reason',
    'outcome',
    'role',
    'cases',
    'started_at',
    'ended_at',
    'report_json',
  ] as const),
] as const;

type Row = Pick<Selectable<SuiteEvaluationTable>, (typeof SHOWN)[number]>;

/** Where a page of evaluations ended. */
export interface EvaluationPlace {
  startedAt: number;
  id: string;
}

/** Evaluations, newest first; those of one suite where it is named. */
export async function listEvaluations(
  context: Context,
  { suite, limit, after }: { suite?: string | undefined; limit: number; after?: EvaluationPlace | undefined },
): Promise<EvaluationItem[]> {
  let query = context.store.database.sql
    .selectFrom('suite_evaluation')
    .select(SHOWN)
    .where('project', '=', context.project)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (suite !== undefined) query = query.where('suite', '=', suite);
  if (after !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('started_at', '<', after.startedAt),
        eb.and([eb('started_at', '=', after.startedAt), eb('id', '<', after.id)]),
      ]),
    );
  }
  return (await query.execute()).map(toItem);
}

/** Suites that were evaluated, by name, each with its newest evaluations. */
export async function listSuites(
  context: Context,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<SuiteItem[]> {
  const { sql } = context.store.database;
  let query = sql
    .selectFrom('suite_evaluation')
    .select((eb) => ['suite', eb.fn.countAll().as('evaluations')])
    .where('project', '=', context.project)
    .groupBy('suite')
    .orderBy('suite')
    .limit(limit);
  if (after !== undefined) query = query.where('suite', '>', after);
  const suites: SuiteItem[] = [];
  for (const { suite, evaluations } of await query.execute()) {
    const rows = await sql
      .selectFrom('suite_evaluation')
      .select(SHOWN)
      .where('project', '=', context.project)
      .where('suite', '=', suite)
      .orderBy('number', 'desc')
      .limit(TREND)
      .execute();
    const trend = rows.map(toItem);
    suites.push({ name: suite, evaluations: Number(evaluations), newest: trend[0], trend });
  }
  return suites;
}

function toItem({ report_json, started_at, ended_at, cases, number, ...row }: Row): EvaluationItem {
  const report: SuiteReport | null = report_json === null ? null : JSON.parse(report_json);
  const { id, suite, state, outcome, role, reason } = row;
  return {
    ...{ id, suite, number: Number(number), state, outcome, role, cases: Number(cases) },
    sentence: report?.sentence ?? (reason === null ? state : `${state}: ${reason}`),
    ...{ startedAt: Number(started_at), endedAt: ended_at === null ? null : Number(ended_at) },
    primary: primaryOf(report),
  };
}

function primaryOf(report: SuiteReport | null): EvaluationItem['primary'] {
  const [task] = report?.tasks ?? [];
  const [metric] = task?.metrics ?? [];
  if (task === undefined || metric === undefined) return null;
  const { name, label, value, low, high, n } = metric;
  return { task: task.name, name, label, value, low, high, n };
}
