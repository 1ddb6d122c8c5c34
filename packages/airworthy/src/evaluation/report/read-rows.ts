import type { Context } from '../../store/ports.ts';
import { readCasesAt } from '../cases/store-cases.ts';
import type { SuiteReport } from './schema.ts';

const PAGE = 500;

/** Every result of evaluations with its case and scores, task by task in the order of the cases; of held-out ones nothing. */
export async function* readRows(context: Context, reports: readonly SuiteReport[]): AsyncGenerator<object> {
  for (const report of reports) {
    if (report.dataset.role === 'held-out') continue;
    for (const task of report.tasks) yield* readTaskRows(context, report, task.name);
  }
}

async function* readTaskRows(
  context: Context,
  { id, suite, number, dataset }: SuiteReport,
  task: string,
): AsyncGenerator<object> {
  const { sql } = context.store.database;
  for (let after = -1; after < dataset.cases; after += PAGE) {
    const results = await sql
      .selectFrom('case_result')
      .selectAll()
      .where('project', '=', context.project)
      .where('evaluation', '=', id)
      .where('task', '=', task)
      .where('position', '>', after)
      .where('position', '<=', after + PAGE)
      .orderBy('position')
      .orderBy('trial')
      .execute();
    const scores = Map.groupBy(
      await sql
        .selectFrom('score')
        .selectAll()
        .where('project', '=', context.project)
        .where('evaluation', '=', id)
        .where('task', '=', task)
        .where('position', '>', after)
        .where('position', '<=', after + PAGE)
        .execute(),
      ({ position, trial }) => `${position}/${trial}`,
    );
    const cases = await readCasesAt(context, id, [
      ...new Set(results.map(({ position }) => Number(position))),
    ]);
    for (const row of results) {
      const each = cases.get(Number(row.position));
      yield {
        ...{ evaluation: id, suite, number, task, case: each?.id, trial: row.trial, input: each?.input },
        ...{ expected: each?.expected, metadata: each?.metadata, status: row.status },
        output: row.output_json === null ? null : JSON.parse(row.output_json),
        ...(row.code === null ? {} : { code: row.code, message: row.message }),
        latencyMs: row.latency_us === null ? null : Number(row.latency_us) / 1_000,
        cached: row.cached === 1,
        scores: Object.fromEntries(
          (scores.get(`${row.position}/${row.trial}`) ?? []).map(({ metric, status, value, label, code }) => [
            metric,
            { status, value, ...(label === null ? {} : { label }), ...(code === null ? {} : { code }) },
          ]),
        ),
      };
    }
  }
}
