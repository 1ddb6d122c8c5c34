import { AirworthyError } from '../kernel/errors.ts';
import { sha256 } from '../kernel/ids.ts';
import type { Context } from '../store/ports.ts';
import type { FeedbackTable } from '../store/sql/schema.ts';
import { findById } from './known-predictions.ts';
import { toFeedback } from './list-feedback.ts';
import { readLabels } from './read-label.ts';
import { keepLabels, type LabelSettings, rulesOf } from './record-labels.ts';
import type { Feedback, FeedbackInput, LabelValue } from './schema.ts';

const UNNAMED_SOURCE = 'feedback';

/**
 * Keeps a thumb, a comment or a correction of a prediction; a correction is recorded as a label too, in the same write.
 * Each source has one thumb and one correction a prediction, the last; the same comment twice is one.
 *
 * @param find where the prediction was made; throws where it is not known. Those on record where absent.
 * @throws PREDICTION_NOT_FOUND, LABEL_INVALID for a correction to what the model cannot predict
 *
 * @example
 * await recordFeedback(context, rules, { kind: 'thumb', prediction, value: 'down', source: 'web' });
 */
export async function recordFeedback(
  context: Context,
  rules: LabelSettings,
  feedback: FeedbackInput,
  find: (prediction: string) => Promise<{ endpoint: string }> = (id) => findLogged(context, id),
): Promise<Feedback> {
  const { endpoint } = rules;
  const { kind, prediction, source = UNNAMED_SOURCE } = feedback;
  if ((await find(prediction)).endpoint !== endpoint) throw notFound(prediction);
  const label = { prediction, value: feedback.value, source };
  const labels = kind === 'correction' ? readLabels([label], rulesOf(context, rules)) : [];
  const value = (labels[0]?.value ?? feedback.value) as LabelValue;
  const row: FeedbackTable = {
    ...{ project: context.project, id: feedbackId(endpoint, { kind, prediction, source, value }), endpoint },
    ...{ prediction, kind, value_json: JSON.stringify(value), source, actor: context.actor },
    at: context.clock.now(),
  };
  const kept = await context.store.database.write(async (sql) => {
    const before = await sql
      .selectFrom('feedback')
      .selectAll()
      .where('project', '=', context.project)
      .where('id', '=', row.id)
      .executeTakeFirst();
    if (labels.length > 0) await keepLabels(context, sql, rules, labels);
    if (before?.value_json === row.value_json) return before;
    await sql
      .insertInto('feedback')
      .values(row)
      .onConflict((conflict) => conflict.columns(['project', 'id']).doUpdateSet(row))
      .execute();
    return row;
  });
  if (labels.length > 0) context.events.emit('labels.recorded', { endpoint, labels: 1 });
  return toFeedback(kept);
}

function feedbackId(
  endpoint: string,
  { kind, prediction, source, value }: Pick<Feedback, 'kind' | 'prediction' | 'source' | 'value'>,
): string {
  const said = kind === 'comment' ? value : null;
  return sha256(JSON.stringify([endpoint, prediction, kind, source, said])).slice(0, 32);
}

async function findLogged(context: Context, prediction: string): Promise<{ endpoint: string }> {
  const [found] = await findById(context, context.store.database.sql, [prediction]);
  if (found === undefined) throw notFound(prediction);
  return found;
}

function notFound(prediction: string): AirworthyError {
  return new AirworthyError('PREDICTION_NOT_FOUND', {
    message: `no logged prediction of this endpoint has the id "${prediction}"`,
  });
}
