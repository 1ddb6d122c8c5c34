import { AirworthyError } from '../../kernel/errors.ts';
import type { CompiledModel } from '../../models/compile-model.ts';
import { outputWidth, type Table, type Task } from '../../models/table.ts';
import { DEFAULT_THRESHOLD } from '../../models/to-prediction.ts';
import type { OnnxModel, OnnxScores } from './onnx-model.ts';

/** Most that probabilities, or values relative to their size, may differ between training, native and ONNX. */
export const PARITY_TOLERANCE = 1e-5;

/** Rows given to the ONNX runtime at once: its buffers stay small however long the table is. */
const CHUNK = 4_096;

/** How far the three were apart at worst, on so many rows. */
export interface Parity {
  rows: number;
  tolerance: number;
  training: number;
  onnx: number;
}

/**
 * Compares native scores with those of training and of the ONNX graph, row by row.
 * Throws PARITY_FAILED with the worst row where they are further apart than the tolerance.
 */
export async function checkParity(
  compiled: CompiledModel,
  onnx: OnnxModel,
  table: Table,
  scores: { native: Float64Array; training: Float64Array },
  onRows: (done: number) => void,
): Promise<Parity> {
  const { model, width } = compiled;
  const { native, training } = scores;
  if (training.length !== native.length) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `${training.length} training-time scores for ${table.rows} rows of ${width}`,
    });
  }
  const scale = model.task.kind === 'regression' ? meanSize(native) : 1;
  const worst = { training: worstOf(native, training, model.task, scale, 0), onnx: NO_DIFFERENCE };
  for (let start = 0; start < table.rows; start += CHUNK) {
    const rows = Math.min(CHUNK, table.rows - start);
    const given = await onnx.score(table, start, rows);
    const own = native.subarray(start * width, (start + rows) * width);
    checkLabels(compiled, own, given, start);
    const found = worstOf(own, given.scores, model.task, scale, start);
    if (found.difference > worst.onnx.difference) worst.onnx = found;
    onRows(start + rows);
  }
  refuseBeyondTolerance('training', worst.training);
  refuseBeyondTolerance('ONNX', worst.onnx);
  return {
    rows: table.rows,
    tolerance: PARITY_TOLERANCE,
    training: worst.training.difference,
    onnx: worst.onnx.difference,
  };
}

interface Difference {
  row: number;
  difference: number;
  native: number;
  other: number;
}

const NO_DIFFERENCE: Difference = { row: -1, difference: 0, native: 0, other: 0 };

function worstOf(
  native: Float64Array,
  other: Float64Array,
  task: Task,
  scale: number,
  firstRow: number,
): Difference {
  const width = outputWidth(task);
  let worst = NO_DIFFERENCE;
  for (let index = 0; index < native.length; index++) {
    const difference = differenceOf(native[index], other[index], task, scale);
    if (difference <= worst.difference) continue;
    worst = {
      row: firstRow + Math.floor(index / width),
      difference,
      native: native[index],
      other: other[index],
    };
  }
  return worst;
}

/** Absolute for probabilities. For values relative to the larger of the two, or to a typical value where both are near 0. */
function differenceOf(a: number, b: number, task: Task, scale: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const distance = Math.abs(a - b);
  const size = task.kind === 'regression' ? Math.max(Math.abs(a), Math.abs(b), scale) : 1;
  return Number.isFinite(distance) ? distance / size : Infinity;
}

function meanSize(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value) / values.length, 0);
}

function refuseBeyondTolerance(source: 'training' | 'ONNX', worst: Difference): void {
  if (worst.difference <= PARITY_TOLERANCE) return;
  const { row, native, other, difference } = worst;
  throw new AirworthyError('PARITY_FAILED', {
    message: `row ${row} of the test split: the packed model predicts ${native}, ${source} ${other}`,
    facts: { row, native, [source.toLowerCase()]: other, difference, tolerance: PARITY_TOLERANCE },
  });
}

/** A label may differ from the native one only where the scores leave it open. */
function checkLabels(
  { model, width }: CompiledModel,
  native: Float64Array,
  { labels }: OnnxScores,
  firstRow: number,
): void {
  const { task } = model;
  if (task.kind === 'regression' || labels === null) return;
  const threshold = model.threshold ?? DEFAULT_THRESHOLD;
  for (let row = 0; row < labels.length; row++) {
    const given = task.classes.indexOf(labels[row]);
    const scores = native.subarray(row * width, (row + 1) * width);
    const shortfall =
      task.kind === 'binary'
        ? (threshold - scores[0]) * (given === 1 ? 1 : -1)
        : Math.max(...scores) - scores[given];
    if (given !== -1 && shortfall <= PARITY_TOLERANCE) continue;
    throw new AirworthyError('PARITY_FAILED', {
      message: `row ${firstRow + row} of the test split: ONNX gives the label "${labels[row]}", against scores [${scores.join(', ')}]`,
      facts: { row: firstRow + row, label: labels[row], native: [...scores] },
    });
  }
}
