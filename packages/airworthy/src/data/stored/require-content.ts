import { AirworthyError } from '../../kernel/errors.ts';
import type { DatasetVersion } from '../schema.ts';

/** @throws DATASET_ERASED where a version's content is gone, because it held rows of a person who was erased. */
export function requireContent({ dataset, number, erased }: DatasetVersion): void {
  if (erased === undefined) return;
  const { at, successor } = erased;
  throw new AirworthyError('DATASET_ERASED', {
    message: `the content of dataset "${dataset}" version ${number} was erased on ${new Date(at).toISOString()}: it held rows of a person who was to be forgotten`,
    remedy:
      successor === null
        ? 'None of its rows is left.'
        : `Use the version that has its other rows: ${dataset}@${successor.slice(0, 12)}.`,
    facts: { dataset, number, successor },
  });
}
