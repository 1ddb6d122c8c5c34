import { AirworthyError } from '../../kernel/errors.ts';
import type { Output } from '../../models/to-prediction.ts';
import { createProblemList, type JsonRecord, type RecordCheck, recordInvalid } from './check-records.ts';
import { inSlices } from './in-slices.ts';
import { notFinite } from './not-finite.ts';

/** @throws RECORD_INVALID naming the fields, unless every value is a record that fits */
export async function requireValid(
  endpoint: string,
  check: RecordCheck,
  values: readonly unknown[],
): Promise<readonly JsonRecord[]> {
  const problems = createProblemList(endpoint, values.length);
  await inSlices(values.length, (index) => problems.add(index, check(values[index])));
  problems.raise();
  return values as readonly JsonRecord[];
}

/** @throws RECORD_INVALID where an answer is no finite number (an overflow) */
export async function requireFinite(endpoint: string, answers: readonly Output[]): Promise<void> {
  await inSlices(answers.length, (index) => {
    const output = notFinite(answers[index]);
    if (output !== undefined) throw tooExtreme(endpoint, index, answers.length, output);
  });
}

/** Of a record whose answer is no finite number. */
export function tooExtreme(endpoint: string, index: number, records: number, output: string): AirworthyError {
  const problem = `is so extreme that the model's ${output} is not a finite number`;
  return recordInvalid(endpoint, [{ path: records === 1 ? '' : `[${index}]`, problem }]);
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
