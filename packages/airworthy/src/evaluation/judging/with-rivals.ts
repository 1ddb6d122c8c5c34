import type { Context } from '../../store/ports.ts';
import { getBaseline } from '../baselines/get-baseline.ts';
import type { SuiteEvaluation } from '../report/suite-evaluation.ts';
import type { Scorer } from '../scoring/scorer.ts';
import type { TaskOutput } from '../tasks/task.ts';
import type { PairwiseContext } from './pairwise.ts';

/**
 * Scorers of which those that compare with the baseline's answer (`pairwise` against `rival`) are given it, by the id of
 * the case; where the baseline has none to it they are skipped. All others as they are.
 */
export async function withRivals(
  context: Context,
  { id, suite, spec }: Pick<SuiteEvaluation, 'id' | 'suite' | 'spec'>,
  scorers: readonly Scorer[],
): Promise<readonly Scorer[]> {
  const compares = (scorer: Scorer) => scorer.spec.type === 'pairwise' && scorer.spec.against === 'rival';
  if (!scorers.some(compares)) return scorers;
  const baseline = await getBaseline(context, suite, spec.baseline);
  if (baseline === undefined || baseline.evaluation === id) return scorers;
  return scorers.map((scorer) => {
    if (!compares(scorer)) return scorer;
    const score: Scorer['score'] = async (each, output, given) => {
      const rival = await readRival(context, baseline, each.id, given.trial);
      const both: PairwiseContext = rival === undefined ? given : { ...given, rival };
      return scorer.score(each, output, both);
    };
    return { ...scorer, score };
  });
}

/** What a task of another evaluation answered to a case: in the same trial, else in the first. */
async function readRival(
  { project, store }: Context,
  { evaluation, task }: { evaluation: string; task: string },
  id: string,
  trial: number,
): Promise<TaskOutput | undefined> {
  const row = await store.database.sql
    .selectFrom('evaluation_case as one')
    .innerJoin('case_result as result', (join) =>
      join
        .onRef('result.project', '=', 'one.project')
        .onRef('result.evaluation', '=', 'one.evaluation')
        .onRef('result.position', '=', 'one.position'),
    )
    .select('result.output_json')
    .where('one.project', '=', project)
    .where('one.evaluation', '=', evaluation)
    .where('one.id', '=', id)
    .where('result.task', '=', task)
    .where('result.trial', 'in', [0, trial])
    .where('result.status', '=', 'ok')
    .orderBy('result.trial', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.output_json ? (JSON.parse(row.output_json) as TaskOutput) : undefined;
}
