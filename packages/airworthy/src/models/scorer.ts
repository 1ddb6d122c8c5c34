import type { Table } from './table.ts';

/** Anything that scores rows: a compiled model at once, an ONNX graph in a thread of its own. */
export interface Scorer {
  /** Numbers a row, as `outputWidth` of the task. */
  readonly width: number;
  /** Rows x width, row-major. */
  scoreTable(table: Table): Float64Array | Promise<Float64Array>;
}
