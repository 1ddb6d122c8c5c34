import type { Context } from '../../store/ports.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import {
  type CaseOrigin,
  type ComparableAnswer,
  comparableAnswer,
  robustnessSamples,
} from '../robustness/robustness-samples.ts';
import { ERROR_RATE } from './read-samples.ts';
import type { SuiteEvaluation } from './suite-evaluation.ts';

const PAGE = 2_000;

/** The metrics that perturbations add: whether an answer stays what it was for the case that another was made from. */
export async function readRobustness(
  { project, store }: Context,
  { id, cases: n }: SuiteEvaluation,
  task: string,
  samples: readonly MetricSample[],
): Promise<MetricSample[]> {
  const cases: CaseOrigin[] = [];
  const answers: ComparableAnswer[] = new Array<ComparableAnswer>(n).fill(undefined);
  for (let after = -1; after < n; after += PAGE) {
    const rows = await store.database.sql
      .selectFrom('evaluation_case')
      .select(['id', 'parent', 'metadata_json'])
      .where('project', '=', project)
      .where('evaluation', '=', id)
      .where('position', '>', after)
      .where('position', '<=', after + PAGE)
      .orderBy('position')
      .execute();
    for (const row of rows) {
      const { perturbation, expectation } = JSON.parse(row.metadata_json) as CaseOrigin;
      cases.push({ id: row.id, parent: row.parent, perturbation, expectation });
    }
    const results = await store.database.sql
      .selectFrom('case_result')
      .select(['position', 'output_json'])
      .where('project', '=', project)
      .where('evaluation', '=', id)
      .where('task', '=', task)
      .where('position', '>', after)
      .where('position', '<=', after + PAGE)
      .where('trial', '=', 0)
      .execute();
    for (const { position, output_json } of results) {
      if (output_json !== null) answers[Number(position)] = comparableAnswer(JSON.parse(output_json));
    }
  }
  const scored = samples.filter(({ metric }) => metric.name !== ERROR_RATE.name);
  return robustnessSamples({ cases, answers, samples: scored });
}
