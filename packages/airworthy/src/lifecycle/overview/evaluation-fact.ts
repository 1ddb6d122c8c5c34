import {
  combineOutcomes,
  type EvaluationItem,
  listEvaluations,
  newestVerdicts,
} from '../../evaluation/index.ts';
import type { Project } from '../../project/load-project.ts';
import { findVersionsOfRun } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { StageFact } from '../read-schema.ts';

/** What the gates of a model, or of a suite, said last; of several the one that decided. */
export async function readEvaluationFact(context: Context, project: Project): Promise<StageFact> {
  const verdicts = await newestVerdicts(context);
  const [suite] = await listEvaluations(context, { limit: 1 });
  if (suite !== undefined && suite.startedAt > (verdicts[0]?.at ?? 0)) return factOfSuite(suite);
  if (verdicts.length === 0) {
    const fact = 'Nothing was judged yet.';
    return { stage: 'evaluation', state: 'empty', fact, at: null, to: null, command: 'airworthy ship' };
  }
  const outcome = combineOutcomes(verdicts.map(({ verdict }) => verdict));
  const { verdict, at } = verdicts.find((each) => each.verdict.outcome === outcome) ?? verdicts[0];
  const [version] = await findVersionsOfRun(context, project.model, verdict.run);
  return {
    stage: 'evaluation',
    state: outcome === 'pass' ? 'ok' : 'attention',
    fact: verdict.sentence,
    at,
    to: version
      ? { kind: 'model-version', model: version.model, number: version.number }
      : { kind: 'run', run: verdict.run },
    command: null,
  };
}

function factOfSuite({ id, suite, outcome, state, sentence, endedAt, startedAt }: EvaluationItem): StageFact {
  const settled = state === 'finished' && (outcome === null || outcome === 'pass');
  return {
    stage: 'evaluation',
    state: settled ? 'ok' : 'attention',
    fact: `${suite}: ${sentence}`,
    at: endedAt ?? startedAt,
    to: { kind: 'evaluation', evaluation: id },
    command: null,
  };
}
