import type { Context } from '../../store/ports.ts';
import { insertInChunks } from '../../store/sql/insert-in-chunks.ts';
import type { RolloutOutcomeTable } from '../../store/sql/serving-tables.ts';
import { placeUnit } from './assign-arm.ts';
import type { OutcomesRead, Rollout } from './rollout-rows.ts';

/** What labels or people say of a prediction that an arm gave; null: nothing. */
export interface ArmOutcome {
  prediction: string;
  arm: string;
  unitKey: string | null;
  /** When it was predicted. */
  at: number;
  /** 1 where the label was another one and 0 where it was not; of numbers the absolute error. */
  loss: number | null;
  logLoss: number | null;
  /** What a bandit is to gain. */
  reward: number | null;
}

/**
 * Where outcomes come from: those of a rollout that are new, and how far that reaches. Labels and feedback belong to a later
 * room, which hands this in.
 */
export type OutcomeReader = (query: {
  endpoint: string;
  rollout: string;
  after: OutcomesRead;
  reward: 'label' | 'feedback';
}) => Promise<{ until: OutcomesRead; outcomes: ArmOutcome[] }>;

/** Brings in what became known; a correction takes the place of what was known before. */
export async function takeOutcomes(context: Context, rollout: Rollout, read: OutcomeReader): Promise<void> {
  const { id, endpoint, outcomesRead: after, plan, state } = rollout;
  const step = plan.steps[state.step];
  const reward = step?.mode === 'bandit' ? step.reward : 'label';
  const { until, outcomes } = await read({ endpoint, rollout: id, after, reward });
  if (until.labels === after.labels && until.feedback === after.feedback) return;
  const rows = toRows(context, rollout, outcomes);
  await context.store.database.write(async (sql) => {
    await insertInChunks(sql, rows, (chunk) =>
      sql
        .insertInto('rollout_outcome')
        .values(chunk)
        .onConflict((conflict) =>
          conflict.columns(['project', 'rollout', 'prediction']).doUpdateSet(({ fn, ref }) => ({
            loss: fn.coalesce(ref('excluded.loss'), ref('rollout_outcome.loss')),
            log_loss: fn.coalesce(ref('excluded.log_loss'), ref('rollout_outcome.log_loss')),
            reward: fn.coalesce(ref('excluded.reward'), ref('rollout_outcome.reward')),
          })),
        ),
    );
    await sql
      .updateTable('rollout')
      .set({ labels_revision: until.labels, feedback_until: until.feedback })
      .where('project', '=', context.project)
      .where('id', '=', id)
      .execute();
  });
}

/** Each belongs to the phase in which its prediction was made. */
function toRows(
  { project }: Context,
  rollout: Rollout,
  outcomes: readonly ArmOutcome[],
): RolloutOutcomeTable[] {
  const { id, plan, events, state } = rollout;
  const assigned = new Set(state.history.map(({ phase }) => phase));
  const starts = events.filter(({ sequence }) => assigned.has(sequence));
  return outcomes.flatMap(({ prediction, arm, unitKey, at, loss, logLoss, reward }) => {
    const phase = starts.findLast((event) => event.at <= at)?.sequence;
    if (phase === undefined) return [];
    const { shard } = placeUnit(plan.salt ?? id, unitKey ?? prediction);
    return [{ project, rollout: id, prediction, phase, arm, shard, loss, log_loss: logLoss, reward }];
  });
}
