import type { PredictionRow } from './prediction-rows.ts';

/** Rows that wait to be written, in order, bounded in number and size. */
export interface RowQueue {
  readonly length: number;
  /** False, and the row is not taken, where the queue is full. */
  offer(row: PredictionRow): boolean;
  first(count: number): PredictionRow[];
  dropFirst(count: number): void;
  find(id: string): PredictionRow | undefined;
}

/** What a row takes beside its texts: names, id and numbers. */
const ROW_BYTES = 300;

export function createRowQueue(mostRows: number, mostBytes: number): RowQueue {
  let rows: PredictionRow[] = [];
  let bytes = 0;
  return {
    get length() {
      return rows.length;
    },
    offer(row) {
      const size = sizeOf(row);
      if (rows.length >= mostRows || bytes + size > mostBytes) return false;
      rows.push(row);
      bytes += size;
      return true;
    },
    first: (count) => rows.slice(0, count),
    dropFirst(count) {
      for (const row of rows.slice(0, count)) bytes -= sizeOf(row);
      rows = rows.slice(count);
    },
    find: (id) => rows.find((row) => row.id === id),
  };
}

function sizeOf(row: PredictionRow): number {
  return row.record_json.length + row.output_json.length + ROW_BYTES;
}
