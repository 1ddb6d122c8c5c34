import { combineOutcomes, newestVerdicts } from '../../evaluation/index.ts';
import type { Project } from '../../project/load-project.ts';
import { findVersionsOfRun } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { StageFact } from '../read-schema.ts';

/** What the gates said last; of several the one that decided. */
export async function readEvaluationFact(context: Context, project: Project): Promise<StageFact> {
  const verdicts = await newestVerdicts(context);
  if (verdicts.length === 0) {
    const fact = 'No model was judged yet.';
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
