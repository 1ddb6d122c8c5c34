import type { OnnxValue, Tensor } from 'onnxruntime-node';
import { AirworthyError } from '../../kernel/errors.ts';
import type { OnnxEstimator } from '../model.ts';
import { outputWidth, type Task } from '../table.ts';

/** How far float32 arithmetic may carry a probability past 0 or 1, and the probabilities of a row from their sum 1. */
const TOLERANCE = 1e-5;
const SUM_TOLERANCE = 1e-3;

/**
 * The scores in a graph's output, rows x outputWidth; probabilities a hair past 0 or 1 are brought back.
 *
 * @throws ONNX_RUN_FAILED where there are not as many as rows, or where they are no probabilities.
 */
export function readScores(
  results: Readonly<Record<string, OnnxValue>>,
  { name, columns }: OnnxEstimator['output'],
  task: Task,
  rows: number,
): Float64Array {
  const given = Float64Array.from((results[name] as Tensor).data as Float32Array);
  if (given.length !== rows * columns) {
    throw failed(`output "${name}" has ${given.length} values for ${rows} rows, not ${columns} a row`);
  }
  const width = outputWidth(task);
  // The second of two columns is the positive class.
  const scores = width === columns ? given : given.filter((_, index) => index % columns === 1);
  if (task.kind !== 'regression') {
    bringIntoRange(scores, name);
    if (task.kind === 'multiclass') checkSums(scores, width, name);
  }
  return scores;
}

/** NaN stays: who asked refuses it and names the record. */
function bringIntoRange(scores: Float64Array, name: string): void {
  for (let at = 0; at < scores.length; at++) {
    if (scores[at] < -TOLERANCE || scores[at] > 1 + TOLERANCE) {
      throw failed(`output "${name}" holds ${scores[at]}, which is no probability`);
    }
    if (scores[at] < 0) scores[at] = 0;
    else if (scores[at] > 1) scores[at] = 1;
  }
}

function checkSums(scores: Float64Array, width: number, name: string): void {
  for (let start = 0; start < scores.length; start += width) {
    const sum = scores.subarray(start, start + width).reduce((total, score) => total + score, 0);
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      throw failed(`the probabilities of a row in output "${name}" sum to ${sum}, not to 1`);
  }
}

function failed(message: string): AirworthyError {
  return new AirworthyError('ONNX_RUN_FAILED', { message });
}
