import { type DatasetVersion, getVersion } from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';

/** Columns of a part's Parquet file beside its fields: which prediction and which label each row was made from. */
export const ID_COLUMNS = { prediction: 'prediction_id', label: 'label_id' } as const;

/** Labelled predictions that did not become rows, by reason. */
export interface LeftOut {
  /** Not chosen by the sample. */
  notSampled: number;
  /** Sources disagree about the label. */
  conflicting: number;
  /** Waits for a person, or was dropped by one. */
  inReview: number;
  /** The prediction is no longer in the log. */
  expired: number;
  /** Its record has another form than the model takes now. */
  unreadable: number;
}

/** What the rows of one part were made from. Its file holds the ids in the columns of ID_COLUMNS. */
export interface LineagePart {
  part: string;
  blob: string;
  rows: number;
  /** With which a labelled prediction became a row. */
  probability: number;
  /** Of its predictions, first and last, in ms since the epoch. */
  predicted: { from: number; to: number };
}

/** How curated data came about, and where the next curation goes on. The blob that a version's `madeFrom` names first. */
export interface Lineage {
  format: 'airworthy-lineage/1';
  endpoint: string;
  /** Of the columns; others begin a new series. */
  columns: string;
  /** Predictions before that moment, in ms since the epoch … */
  to: number;
  /** … and outcomes up to this revision have been looked at. */
  revision: number;
  parts: LineagePart[];
  /** By the last curation. */
  leftOut: LeftOut;
}

export function curatedName(endpoint: string): string {
  return `${endpoint}-feedback`;
}

/** Of what is cut from it. */
export function curatedWindowName(endpoint: string): string {
  return `${endpoint}-feedback-window`;
}

/** The newest version of what was curated from an endpoint; undefined while there is none, or nothing of it is left. */
export async function curatedVersion(
  context: Context,
  endpoint: string,
): Promise<DatasetVersion | undefined> {
  try {
    const version = await getVersion(context, curatedName(endpoint));
    return version.erased === undefined ? version : undefined;
  } catch (error) {
    if (AirworthyError.is(error) && error.code === 'DATASET_NOT_FOUND') return undefined;
    throw error;
  }
}

/** What a curated version, or the one it was cut from, was made from. @throws BLOB_NOT_FOUND */
export async function readLineage(context: Context, version: DatasetVersion): Promise<Lineage> {
  return JSON.parse((await context.store.blobs.get(version.madeFrom[0])).toString('utf8'));
}
