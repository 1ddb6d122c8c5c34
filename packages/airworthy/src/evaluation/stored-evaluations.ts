import { canonicalJson } from '../kernel/canonical-json.ts';
import { AirworthyError } from '../kernel/errors.ts';
import type { Context } from '../store/ports.ts';
import type { EvaluationReport, Verdict } from './schema.ts';

/** Durable when it resolves. The id is made from the content, so the same report is stored once. */
export async function saveReport(context: Context, report: EvaluationReport): Promise<void> {
  await context.store.database.write((sql) =>
    sql
      .insertInto('evaluation')
      .values({
        project: context.project,
        id: report.id,
        run: report.run,
        dataset_version: report.datasetVersion,
        split: report.split,
        role: report.role,
        report_json: canonicalJson(report),
        created_at: context.clock.now(),
      })
      .onConflict((conflict) => conflict.columns(['project', 'id']).doNothing())
      .execute(),
  );
}

/** Stores verdicts in one write; resolves to those that were not there before. */
export async function saveVerdicts(context: Context, verdicts: readonly Verdict[]): Promise<Verdict[]> {
  const now = context.clock.now();
  return context.store.database.write(async (sql) => {
    const added: Verdict[] = [];
    for (const verdict of verdicts) {
      const { numInsertedOrUpdatedRows } = await sql
        .insertInto('verdict')
        .values({
          project: context.project,
          id: verdict.id,
          run: verdict.run,
          baseline: verdict.baseline.bundle ?? null,
          outcome: verdict.outcome,
          verdict_json: canonicalJson(verdict),
          created_at: now,
        })
        .onConflict((conflict) => conflict.columns(['project', 'id']).doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 1n) added.push(verdict);
    }
    return added;
  });
}

/** The newest report of a run. Throws EVALUATION_NOT_FOUND. */
export async function getReport(context: Context, runId: string): Promise<EvaluationReport> {
  const report = (await latestReports(context, [runId])).get(runId);
  if (report) return report;
  throw new AirworthyError('EVALUATION_NOT_FOUND', { message: `run ${runId} was not evaluated` });
}

/** The newest report of each run; runs that were not evaluated are left out. */
export async function latestReports(
  context: Context,
  runs: readonly string[],
): Promise<ReadonlyMap<string, EvaluationReport>> {
  if (runs.length === 0) return new Map();
  const rows = await context.store.database.sql
    .selectFrom('evaluation')
    .select(['run', 'report_json'])
    .where('project', '=', context.project)
    .where('run', 'in', runs)
    .orderBy('created_at')
    .orderBy('id', 'desc')
    .execute();
  // Of a run's reports the last one stays, and only that is parsed.
  const newest = new Map(rows.map((row) => [row.run, row.report_json]));
  return new Map([...newest].map(([run, json]) => [run, JSON.parse(json) as EvaluationReport]));
}

/** All verdicts on a run, oldest first. */
export async function listVerdicts(context: Context, runId: string): Promise<Verdict[]> {
  const rows = await context.store.database.sql
    .selectFrom('verdict')
    .select('verdict_json')
    .where('project', '=', context.project)
    .where('run', '=', runId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => JSON.parse(row.verdict_json) as Verdict);
}

/** What the gates last said of each run together: one that fails decides; runs without verdicts are left out. */
export async function latestOutcomes(
  context: Context,
  runs: readonly string[],
): Promise<ReadonlyMap<string, Verdict['outcome']>> {
  if (runs.length === 0) return new Map();
  const rows = await context.store.database.sql
    .selectFrom('verdict')
    .select(['run', 'outcome', 'verdict_json', 'created_at'])
    .where('project', '=', context.project)
    .where('run', 'in', runs)
    .execute();
  const byRun = Map.groupBy(rows, (row) => row.run);
  return new Map(
    [...byRun].map(([run, all]) => {
      const newest = Math.max(...all.map((row) => row.created_at));
      return [run, combineOutcomes(all.filter((row) => row.created_at === newest).map(policyOf))];
    }),
  );
}

/** Only of what is undecided it matters what that means. */
function policyOf({ outcome, verdict_json }: { outcome: Verdict['outcome']; verdict_json: string }): Answer {
  if (outcome !== 'undecided') return { outcome };
  const { onUndecided } = JSON.parse(verdict_json) as Verdict;
  return onUndecided === undefined ? { outcome } : { outcome, onUndecided };
}

type Answer = Pick<Verdict, 'outcome' | 'onUndecided'>;

/** All gates must pass; one that fails decides. What is undecided counts as passed where its gate says `warn`. */
export function combineOutcomes(verdicts: readonly Answer[]): Verdict['outcome'] {
  if (verdicts.some(({ outcome }) => outcome === 'fail')) return 'fail';
  const isOpen = verdicts.some(
    ({ outcome, onUndecided }) => outcome === 'undecided' && onUndecided !== 'warn',
  );
  return isOpen ? 'undecided' : 'pass';
}

/** A verdict with its time. */
export interface DatedVerdict {
  verdict: Verdict;
  at: number;
}

/** What was judged last in the project: the verdicts of that moment. */
export async function newestVerdicts(context: Context): Promise<DatedVerdict[]> {
  const rows = await context.store.database.sql
    .selectFrom('verdict')
    .select(['verdict_json', 'created_at'])
    .where('project', '=', context.project)
    .where('created_at', '=', (eb) =>
      eb
        .selectFrom('verdict')
        .select((newest) => newest.fn.max('created_at').as('newest'))
        .where('project', '=', context.project),
    )
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ verdict: JSON.parse(row.verdict_json), at: row.created_at }));
}
