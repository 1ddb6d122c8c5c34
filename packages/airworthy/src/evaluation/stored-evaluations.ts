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
  const row = await context.store.database.sql
    .selectFrom('evaluation')
    .select('report_json')
    .where('project', '=', context.project)
    .where('run', '=', runId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .executeTakeFirst();
  if (!row) throw new AirworthyError('EVALUATION_NOT_FOUND', { message: `run ${runId} was not evaluated` });
  return JSON.parse(row.report_json) as EvaluationReport;
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
