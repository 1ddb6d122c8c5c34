import { AirworthyError } from '../../kernel/errors.ts';
import type { Prediction } from '../../models/to-prediction.ts';
import { createProblemList, type JsonRecord, recordInvalid } from './check-records.ts';
import { inSlices } from './in-slices.ts';
import { type LoadedRelease, notFinite } from '../runtimes/load-release.ts';

/**
 * Checks every record, then scores them.
 * Throws RECORD_INVALID naming the fields; an answer that is no finite number (an overflow) is refused too.
 */
export async function predictRecords(
  endpoint: string,
  release: LoadedRelease,
  records: readonly unknown[],
): Promise<Prediction[]> {
  const problems = createProblemList(endpoint, records.length);
  await inSlices(records.length, (index) => problems.add(index, release.check(records[index])));
  problems.raise();
  const predictions = await release.predict(records as readonly JsonRecord[]);
  await inSlices(records.length, (index) => {
    const output = notFinite(predictions[index]);
    if (output === undefined) return;
    const problem = `is so extreme that the model's ${output} is not a finite number`;
    throw recordInvalid(endpoint, [{ path: records.length === 1 ? '' : `[${index}]`, problem }]);
  });
  return predictions;
}

/** @throws RECORD_INVALID for none, BATCH_TOO_LARGE for too many */
export function checkBatchSize(endpoint: string, records: number, maxBatch: number): void {
  if (records === 0) throw recordInvalid(endpoint, [{ path: '', problem: 'is absent: the list is empty' }]);
  if (records <= maxBatch) return;
  throw new AirworthyError('BATCH_TOO_LARGE', {
    message: `${endpoint}: ${records} records in one request; at most ${maxBatch} are taken`,
    facts: { records, maxBatch },
  });
}
