import { endpointTask } from '../../feedback/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Task } from '../../models/table.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { ArmOutcome, OutcomeReader } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';

/** Most that is read at once; the rest comes at the next look. */
const MOST = 5_000;
/** Two processes that write at once may be done in another order than that of their times, but not so much later. */
const SETTLED_MS = 2_000;
/** A probability of nothing is taken for this, so that one mistake is not infinitely bad. */
const LEAST_PROBABILITY = 1e-9;

/** What labels and thumbs say of the predictions of a rollout, for serving to judge its arms by. */
export function createOutcomeReader(context: Context): OutcomeReader {
  return async ({ endpoint, rollout, after, reward }) => {
    const labels = await readLabels(context, { endpoint, rollout, after: after.labels, reward });
    if (reward === 'label') return { until: { ...after, labels: labels.until }, outcomes: labels.outcomes };
    const thumbs = await readThumbs(context, { endpoint, rollout, after: after.feedback });
    return {
      until: { labels: labels.until, feedback: thumbs.until },
      outcomes: [...labels.outcomes, ...thumbs.outcomes],
    };
  };
}

interface Query {
  endpoint: string;
  rollout: string;
  after: number;
}

async function readLabels(
  context: Context,
  { endpoint, rollout, after, reward }: Query & { reward: 'label' | 'feedback' },
): Promise<{ until: number; outcomes: ArmOutcome[] }> {
  const rows = await context.store.database.sql
    .selectFrom('outcome')
    .leftJoin('prediction', (join) =>
      join
        .onRef('prediction.project', '=', 'outcome.project')
        .onRef('prediction.id', '=', 'outcome.prediction')
        .on('prediction.rollout', '=', rollout),
    )
    .select(['outcome.revision', 'outcome.value_json', 'outcome.prediction'])
    .select(['prediction.arm', 'prediction.unit_key', 'prediction.at', 'prediction.output_json'])
    .where('outcome.project', '=', context.project)
    .where('outcome.endpoint', '=', endpoint)
    .where('outcome.revision', '>', after)
    .orderBy('outcome.revision')
    .limit(MOST)
    .execute();
  if (rows.length === 0) return { until: after, outcomes: [] };
  const task = await findTask(context, endpoint);
  const outcomes = rows.flatMap(
    ({ prediction, arm, unit_key, at, output_json, value_json }): ArmOutcome[] => {
      // A prediction that no rollout assigned, or that is no longer kept.
      if (arm === null || at === null || output_json === null) return [];
      const { loss, logLoss } = lossOf(JSON.parse(output_json), JSON.parse(value_json), task);
      const gained = reward === 'label' && loss !== null ? rewardOf(loss, task) : null;
      return [{ prediction, arm, unitKey: unit_key, at, loss, logLoss, reward: gained }];
    },
  );
  return { until: rows[rows.length - 1].revision, outcomes };
}

/** Null where the endpoint’s answers are neither classes nor numbers: nothing is labelled then. */
async function findTask(context: Context, endpoint: string): Promise<Task | null> {
  try {
    return await endpointTask(context, endpoint);
  } catch (error) {
    if (AirworthyError.is(error) && error.status < 500) return null;
    throw error;
  }
}

function rewardOf(loss: number, task: Task | null): number {
  return task?.kind === 'regression' ? -loss : 1 - loss;
}

function lossOf(
  output: Output,
  label: string | number,
  task: Task | null,
): { loss: number | null; logLoss: number | null } {
  if ('value' in output)
    return { loss: typeof label === 'number' ? Math.abs(output.value - label) : null, logLoss: null };
  if (!('label' in output)) return { loss: null, logLoss: null };
  const loss = String(output.label) === String(label) ? 0 : 1;
  const probability = probabilityOf(output, String(label), task);
  return { loss, logLoss: probability === null ? null : -Math.log(Math.max(LEAST_PROBABILITY, probability)) };
}

/** What the model gave to what turned out to be true. */
function probabilityOf(output: Output, label: string, task: Task | null): number | null {
  if ('probabilities' in output) return output.probabilities[label] ?? null;
  if (!('probability' in output) || task?.kind !== 'binary') return null;
  return label === task.classes[1] ? output.probability : 1 - output.probability;
}

async function readThumbs(
  context: Context,
  { endpoint, rollout, after }: Query,
): Promise<{ until: number; outcomes: ArmOutcome[] }> {
  const settled = context.clock.now() - SETTLED_MS;
  const rows = await context.store.database.sql
    .selectFrom('feedback')
    .innerJoin('prediction', (join) =>
      join
        .onRef('prediction.project', '=', 'feedback.project')
        .onRef('prediction.id', '=', 'feedback.prediction')
        .on('prediction.rollout', '=', rollout),
    )
    .select(['feedback.at as given', 'feedback.value_json', 'prediction.id'])
    .select(['prediction.arm', 'prediction.unit_key', 'prediction.at'])
    .where('feedback.project', '=', context.project)
    .where('feedback.endpoint', '=', endpoint)
    .where('feedback.kind', '=', 'thumb')
    // Of that very moment again: another may have been given in it, and taking one twice changes nothing. A clock that was
    // set back begins anew from where it is.
    .where('feedback.at', '>=', Math.min(after, settled))
    .where('feedback.at', '<=', settled)
    .orderBy('feedback.at')
    .limit(MOST)
    .execute();
  const outcomes = rows.map(
    ({ id, arm, unit_key, at, value_json }): ArmOutcome => ({
      ...{ prediction: id, arm, unitKey: unit_key, at, loss: null, logLoss: null },
      reward: JSON.parse(value_json) === 'up' ? 1 : 0,
    }),
  );
  return { until: rows.at(-1)?.given ?? after, outcomes };
}
