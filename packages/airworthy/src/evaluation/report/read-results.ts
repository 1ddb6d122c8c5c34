import { sql } from 'kysely';
import { quantileOfSorted } from '../../stats/order.ts';
import type { Context } from '../../store/ports.ts';
import type { TaskReport } from './schema.ts';
import type { SuiteEvaluation } from './suite-evaluation.ts';

const PAGE = 4_000;
const MOST_ERRORS = 20;
const MISSED = 'RECORDING_MISSING';

type ResultFacts = Pick<TaskReport, 'results' | 'errors' | 'latencyMs' | 'tokens' | 'cost'>;

/** What became of a task's results, and what they took: counted from the rows. */
export async function readResults(
  context: Context,
  evaluation: SuiteEvaluation,
  task: string,
): Promise<ResultFacts> {
  const ofTask = (query: typeof all) =>
    query
      .where('project', '=', context.project)
      .where('evaluation', '=', evaluation.id)
      .where('task', '=', task);
  const all = context.store.database.sql.selectFrom('case_result');
  const groups = await ofTask(all)
    .select((eb) => ['status', 'cached', eb.fn.countAll().as('results')])
    .groupBy(['status', 'cached'])
    .execute();
  const called = await ofTask(all)
    .select((eb) => [
      eb.fn.sum('input_tokens').as('input'),
      eb.fn.sum('output_tokens').as('output'),
      eb.fn.sum('cost').as('cost'),
    ])
    .where('cached', '=', 0)
    .executeTakeFirstOrThrow();
  // Of held-out cases the code only: what a task says may say what it was asked.
  const message = evaluation.role === 'held-out' ? sql<string>`''` : sql<string | null>`message`;
  const errors = await ofTask(all)
    .select((eb) => ['code', message.as('message'), eb.fn.countAll().as('results')])
    .where('status', '!=', 'ok')
    .groupBy(evaluation.role === 'held-out' ? ['code'] : ['code', 'message'])
    .orderBy('results', 'desc')
    .orderBy('code')
    .orderBy('message')
    .limit(MOST_ERRORS)
    .execute();
  const unrecorded = await countUnrecorded(context, evaluation, task);
  const results = { ok: 0, error: 0, timeout: 0, cached: 0 };
  for (const { status, cached, results: count } of groups) {
    results[status] += Number(count);
    if (cached === 1) results.cached += Number(count);
  }
  const { input, output, cost } = called;
  return {
    results,
    errors: [
      ...errors.map(({ code, message, results: count }) => ({
        code: code ?? '',
        message: message ?? '',
        results: Number(count),
      })),
      ...(unrecorded === 0
        ? []
        : [{ code: MISSED, message: 'a scorer’s call is not on record', results: unrecorded }]),
    ],
    latencyMs: await readLatency(context, evaluation, task),
    tokens: { input: Number(input ?? 0), output: Number(output ?? 0) },
    cost: cost === null ? null : Number(cost),
  };
}

/** Of answers that are there: scores that lack a recording. With `strict` the record is incomplete, whatever may be an error. */
async function countUnrecorded(
  { project, store }: Context,
  { id, cache }: SuiteEvaluation,
  task: string,
): Promise<number> {
  if (cache !== 'strict') return 0;
  const { scores } = await store.database.sql
    .selectFrom('score')
    .innerJoin('case_result', (join) =>
      join
        .onRef('case_result.project', '=', 'score.project')
        .onRef('case_result.evaluation', '=', 'score.evaluation')
        .onRef('case_result.task', '=', 'score.task')
        .onRef('case_result.position', '=', 'score.position')
        .onRef('case_result.trial', '=', 'score.trial'),
    )
    .select((eb) => eb.fn.countAll().as('scores'))
    .where('score.project', '=', project)
    .where('score.evaluation', '=', id)
    .where('score.task', '=', task)
    .where('score.code', '=', MISSED)
    .where('case_result.status', '=', 'ok')
    .executeTakeFirstOrThrow();
  return Number(scores);
}

async function readLatency(
  { project, store }: Context,
  { id, cases }: SuiteEvaluation,
  task: string,
): Promise<TaskReport['latencyMs']> {
  const milliseconds: number[] = [];
  for (let after = -1; after < cases; after += PAGE) {
    const rows = await store.database.sql
      .selectFrom('case_result')
      .select('latency_us')
      .where('project', '=', project)
      .where('evaluation', '=', id)
      .where('task', '=', task)
      .where('position', '>', after)
      .where('position', '<=', after + PAGE)
      .where('status', '=', 'ok')
      .where('cached', '=', 0)
      .execute();
    for (const { latency_us } of rows) if (latency_us !== null) milliseconds.push(Number(latency_us) / 1_000);
  }
  if (milliseconds.length === 0) return { p50: null, p95: null };
  const sorted = Float64Array.from(milliseconds).sort();
  return { p50: quantileOfSorted(sorted, 0.5), p95: quantileOfSorted(sorted, 0.95) };
}
