import { AirworthyError } from '../../kernel/errors.ts';
import {
  NO_DIFFERENCE,
  PARITY_TOLERANCE,
  type ScoreDifference,
  typicalSize,
  worstDifference,
} from '../../models/compare-scores.ts';
import type { Model } from '../../models/model.ts';
import { ONNX_CHUNK, type OnnxModel, type OnnxScores } from '../../models/onnx/open-onnx.ts';
import { outputWidth, type Table } from '../../models/table.ts';
import { DEFAULT_THRESHOLD } from '../../models/to-prediction.ts';

/** How far the three were apart at worst, on so many rows. */
export interface Parity {
  rows: number;
  tolerance: number;
  training: number;
  onnx: number;
}

/**
 * Compares the packed model's scores with those of training and of the ONNX graph, row by row. A model that is an ONNX
 * graph is its own native form: there the graph is asked twice.
 * Throws PARITY_FAILED with the worst row where they are further apart than the tolerance.
 */
export async function checkParity(
  model: Model,
  onnx: OnnxModel,
  table: Table,
  scores: { native: Float64Array; training: Float64Array },
  onRows: (done: number) => void,
): Promise<Parity> {
  const width = outputWidth(model.task);
  const { native, training } = scores;
  if (training.length !== native.length) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `${training.length} training-time scores for ${table.rows} rows of ${width}`,
    });
  }
  const scale = typicalSize(native, model.task);
  const worst = { training: worstDifference(native, training, model.task, scale), onnx: NO_DIFFERENCE };
  for (let start = 0; start < table.rows; start += ONNX_CHUNK) {
    const rows = Math.min(ONNX_CHUNK, table.rows - start);
    const given = await onnx.scoreRows(table, start, rows);
    const own = native.subarray(start * width, (start + rows) * width);
    checkLabels(model, own, given, start);
    const found = worstDifference(own, given.scores, model.task, scale, start);
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

function refuseBeyondTolerance(source: 'training' | 'ONNX', worst: ScoreDifference): void {
  if (worst.difference <= PARITY_TOLERANCE) return;
  const { row, ours, theirs, difference } = worst;
  throw new AirworthyError('PARITY_FAILED', {
    message: `row ${row} of the test split: the packed model predicts ${ours}, ${source} ${theirs}`,
    facts: { row, native: ours, [source.toLowerCase()]: theirs, difference, tolerance: PARITY_TOLERANCE },
  });
}

/** A label may differ from the native one only where the scores leave it open. */
function checkLabels(model: Model, native: Float64Array, { labels }: OnnxScores, firstRow: number): void {
  const { task } = model;
  if (task.kind === 'regression' || labels === null) return;
  const width = outputWidth(task);
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
