import { AirworthyError } from '../kernel/errors.ts';
import { sha256 } from '../kernel/ids.ts';
import type { Context } from '../store/ports.ts';
import type { FeedbackTable } from '../store/sql/schema.ts';
import { findById } from './known-predictions.ts';
import { toFeedback } from './list-feedback.ts';
import { readLabels } from './read-label.ts';
import { keepLabels, type LabelSettings, rulesOf } from './record-labels.ts';
import type { Feedback, FeedbackInput } from './schema.ts';

const UNNAMED_SOURCE = 'feedback';
/** Of a correction of a free answer, as JSON. */
const LONGEST_CORRECTION = 10_000;

/** How labels are taken, or that the endpoint gives neither classes nor numbers. */
export type FeedbackRules = LabelSettings | { endpoint: string; task: null };

/**
 * Keeps a thumb, a comment or a correction of a prediction; a correction of a class or a number is recorded as a label too, in the
 * same write, and one of a free answer is kept as it is: any JSON of up to 10,000 characters.
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
  rules: FeedbackRules,
  feedback: FeedbackInput,
  find: (prediction: string) => Promise<{ endpoint: string }> = (id) => findLogged(context, id),
): Promise<Feedback> {
  const { endpoint } = rules;
  const { kind, prediction, source = UNNAMED_SOURCE } = feedback;
  if ((await find(prediction)).endpoint !== endpoint) throw notFound(prediction);
  const label = { prediction, value: feedback.value, source };
  const labels =
    kind === 'correction' && rules.task !== null ? readLabels([label], rulesOf(context, rules)) : [];
  const value = labels[0]?.value ?? feedback.value;
  const value_json = JSON.stringify(value);
  if (value_json === undefined || (rules.task === null && value_json.length > LONGEST_CORRECTION))
    throw notKept();
  const row: FeedbackTable = {
    ...{ project: context.project, id: feedbackId(endpoint, { kind, prediction, source, value }), endpoint },
    ...{ prediction, kind, value_json, source, actor: context.actor },
    at: context.clock.now(),
  };
  const kept = await context.store.database.write(async (sql) => {
    const before = await sql
      .selectFrom('feedback')
      .selectAll()
      .where('project', '=', context.project)
      .where('id', '=', row.id)
      .executeTakeFirst();
    if (labels.length > 0 && rules.task !== null) await keepLabels(context, sql, rules, labels);
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

function notKept(): AirworthyError {
  return new AirworthyError('LABEL_INVALID', {
    message: `a correction is JSON of up to ${LONGEST_CORRECTION.toLocaleString('en-US')} characters`,
    at: 'value',
  });
}

function notFound(prediction: string): AirworthyError {
  return new AirworthyError('PREDICTION_NOT_FOUND', {
    message: `no logged prediction of this endpoint has the id "${prediction}"`,
  });
}
