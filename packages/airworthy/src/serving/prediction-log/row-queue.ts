import type { ServedPrediction } from './observe-predictions.ts';

/** A prediction on its way to disk. */
export interface QueuedPrediction {
  served: ServedPrediction;
  /** Null where predictions are not kept. */
  texts: PredictionTexts | null;
}

/** JSON as it will be written: made at once, as the record is the caller's. */
export interface PredictionTexts {
  record: string;
  output: string;
}

/** Predictions that wait to be written, in order, bounded in number and size. */
export interface RowQueue {
  readonly length: number;
  /** False, and the prediction is not taken, where the queue is full. */
  offer(queued: QueuedPrediction): boolean;
  first(count: number): QueuedPrediction[];
  dropFirst(count: number): void;
  find(id: string): QueuedPrediction | undefined;
}

/** What a row takes beside its texts: names, id and numbers. */
const ROW_BYTES = 300;

export function createRowQueue(mostRows: number, mostBytes: number): RowQueue {
  let rows: QueuedPrediction[] = [];
  let bytes = 0;
  return {
    get length() {
      return rows.length;
    },
    offer(queued) {
      const size = sizeOf(queued);
      if (rows.length >= mostRows || bytes + size > mostBytes) return false;
      rows.push(queued);
      bytes += size;
      return true;
    },
    first: (count) => rows.slice(0, count),
    dropFirst(count) {
      for (const row of rows.slice(0, count)) bytes -= sizeOf(row);
      rows = rows.slice(count);
    },
    find: (id) => rows.find(({ served }) => served.id === id),
  };
}

function sizeOf({ texts, served }: QueuedPrediction): number {
  if (texts) return texts.record.length + texts.output.length + ROW_BYTES;
  let size = ROW_BYTES;
  for (const name in served.record) {
    const value = served.record[name];
    size += typeof value === 'string' ? value.length : 8;
  }
  return size;
}
