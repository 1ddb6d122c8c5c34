import type { StreamedRow } from '../../data/index.ts';
import { toAirworthyError } from '../../kernel/errors.ts';
import type { Prediction } from '../../models/to-prediction.ts';
import type { Course, ReplayOptions } from './course.ts';
import type { ReplayRequest } from './requests.ts';

/** Predictions that may wait to be written: far below the queue's bound, so that none is shed. */
const UNWRITTEN = 2_000;

/** Sends requests one by one, counts what becomes of them, and sends the labels of those answered on their way. */
export function createSender(
  { means: { endpoints }, plan, progress: { counts }, pending }: Course,
  { onPrediction }: ReplayOptions,
): (row: StreamedRow, request: ReplayRequest) => Promise<void> {
  let unwritten = 0;
  return async (row, { id, record, latencyUs, label }) => {
    try {
      const answer = await endpoints.predict(plan.endpoint, [record], { traceId: id, latencyUs });
      counts.predictions++;
      if (label) pending.add(label);
      else counts.unlabelled++;
      onPrediction?.(row, answer.predictions[0] as Prediction, answer.modelVersion);
    } catch (error) {
      const { code } = toAirworthyError(error);
      // What is wrong with a record is part of the rehearsal; anything else is not.
      if (code !== 'RECORD_INVALID') throw error;
      counts.refused[code] = (counts.refused[code] ?? 0) + 1;
    }
    if (++unwritten < UNWRITTEN) return;
    unwritten = 0;
    await endpoints.flush();
  };
}
