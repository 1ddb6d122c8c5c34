import type { Context } from '../../store/ports.ts';
import { type Stream, selectWindows, streamKey } from './window-rows.ts';

/** A window on disk without its sketches. */
export interface ScannedWindow extends Stream {
  width: 'hour' | 'day';
  start: number;
  predictions: number;
  labels: number;
  /** False where only labels are known: it was not watched when it was served. */
  watched: boolean;
}

/** All windows of the project, or of an endpoint or version of it: whole numbers only, by stream, in order of time. */
export async function scanWindows(context: Context, of: Partial<Stream> = {}): Promise<ScannedWindow[][]> {
  const rows = await selectWindows(context, context.store.database.sql, of)
    .select(['endpoint', 'model', 'version', 'arm', 'width', 'start', 'predictions', 'labels'])
    .select((row) => row('sketch_json', 'is not', null).as('watched'))
    .orderBy('start')
    .execute();
  const windows = rows.map((row) => ({ ...row, watched: Boolean(row.watched) }));
  return [...Map.groupBy(windows, streamKey).values()];
}
