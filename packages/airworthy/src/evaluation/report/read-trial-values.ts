import type { Context } from '../../store/ports.ts';
import type { TrialValues } from '../measuring/steadiness.ts';
import type { SuiteEvaluation } from './suite-evaluation.ts';

const PAGE = 2_000;

/** The values of a metric trial by trial, for what is asked of trials: steadiness, pass@k. */
export async function readTrialValues(
  { project, store }: Context,
  { id, cases, trials }: SuiteEvaluation,
  task: string,
  metric: string,
): Promise<TrialValues> {
  const values = new Float64Array(cases * trials).fill(Number.NaN);
  for (let after = -1; after < cases; after += PAGE) {
    const rows = await store.database.sql
      .selectFrom('score')
      .select(['position', 'trial', 'value'])
      .where('project', '=', project)
      .where('evaluation', '=', id)
      .where('task', '=', task)
      .where('metric', '=', metric)
      .where('position', '>', after)
      .where('position', '<=', after + PAGE)
      .where('status', '=', 'scored')
      .execute();
    for (const { position, trial, value } of rows) {
      if (value !== null) values[Number(position) * trials + trial] = value;
    }
  }
  return { metric, trials, values };
}
