import { plural } from '../../kernel/figures.ts';
import { showMetric } from '../../stats/metric-names.ts';
import type { Context } from '../../store/ports.ts';
import type { StageFact } from '../read-schema.ts';
import type { TrainingOutput } from '../train-candidate.ts';

/** What the newest training gave. */
export async function readTrainingFact(context: Context): Promise<StageFact> {
  const newest = await context.store.database.sql
    .selectFrom('journal_step')
    .select(['state', 'output_json', 'started_at', 'ended_at'])
    .where('project', '=', context.project)
    .where('step', '=', 'training')
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const fact = { stage: 'training', at: null, to: null, command: null } as const;
  if (newest === undefined)
    return { ...fact, state: 'empty', fact: 'Nothing was trained yet.', command: 'airworthy ship' };
  const at = newest.ended_at ?? newest.started_at;
  if (newest.state === 'running') return { ...fact, state: 'working', fact: 'Training is under way.', at };
  if (newest.state === 'failed' || newest.output_json === null)
    return { ...fact, state: 'attention', fact: 'The newest training failed.', at };
  const output = JSON.parse(newest.output_json) as TrainingOutput;
  return { ...fact, state: 'ok', fact: describe(output), at, to: { kind: 'run', run: output.run } };
}

function describe(output: TrainingOutput): string {
  if ('command' in output) return `${output.command} wrote the newest model.`;
  const { learner, trials, validation } = output;
  return `${learner}, best of ${plural(trials, 'trial')}: ${showMetric(validation.metric, validation, undefined)}.`;
}
