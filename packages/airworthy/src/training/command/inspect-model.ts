import { AirworthyError, type ErrorDetails } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { PARITY_TOLERANCE, worstDifference } from '../../models/compare-scores.ts';
import type { Model, OnnxEstimator } from '../../models/model.ts';
import { describeGraph } from '../../models/onnx/describe-graph.ts';
import { openOnnx } from '../../models/onnx/open-onnx.ts';
import type { Table } from '../../models/table.ts';
import { OUTPUT } from './read-outputs.ts';

export interface InspectInput {
  bytes: Uint8Array;
  model: Omit<Model, 'estimator'>;
  /** Rows to try the graph on. */
  check: Table;
  /** What the program itself predicted for them. */
  predictions: Float64Array | undefined;
}

/**
 * Learns how to ask a program's graph, and asks it: every row must get a prediction, and the one the program itself
 * made, where it says so. Runs in a worker.
 *
 * @throws TRAINER_OUTPUT_INVALID, ONNX_RUNTIME_MISSING.
 */
export async function inspectModel(input: InspectInput): Promise<Model> {
  const { bytes, check, predictions } = input;
  const model = await describe(input);
  const scores = await score(bytes, model, check);
  const width = scores.length / check.rows;
  const wrong = scores.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) {
    throw invalid({
      message: `${OUTPUT.model} gives ${scores[wrong]} for row ${Math.floor(wrong / width) + 1} of check.csv`,
      remedy: 'Let the graph impute missing values (NaN, the empty string).',
    });
  }
  if (predictions) comparePredictions(scores, predictions, model);
  return model;
}

async function describe({ bytes, model, check }: InspectInput): Promise<Model> {
  const graph = await ofOutput(() => describeGraph(bytes, model.fields, model.task, check));
  const estimator: OnnxEstimator = { kind: 'onnx', digest: sha256(bytes), ...graph };
  return { ...model, estimator };
}

async function score(bytes: Uint8Array, model: Model, check: Table): Promise<Float64Array> {
  const opened = await ofOutput(() => openOnnx(bytes, model));
  try {
    return await ofOutput(() => opened.scoreTable(check));
  } finally {
    await opened.close();
  }
}

function comparePredictions(ours: Float64Array, theirs: Float64Array, { task }: Model): void {
  const worst = worstDifference(ours, theirs, task);
  if (worst.difference <= PARITY_TOLERANCE) return;
  throw invalid({
    message: `${OUTPUT.predictions} has ${worst.theirs} for row ${worst.row + 1} of check.csv, where ${OUTPUT.model} gives ${worst.ours}`,
    remedy:
      'Export the very model that predicts; check the order of classes and columns, and what is done before it.',
    facts: { ...worst, tolerance: PARITY_TOLERANCE },
  });
}

/** A graph that cannot be used is here a fault of what the program wrote, not of a packed model. */
async function ofOutput<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isFault =
      AirworthyError.is(error) && ['MODEL_INVALID', 'ONNX_RUN_FAILED', 'BAD_ARGUMENT'].includes(error.code);
    if (!isFault) throw error;
    throw invalid({ message: `${OUTPUT.model}: ${error.message}`, remedy: error.remedy, cause: error });
  }
}

function invalid(details: ErrorDetails): AirworthyError {
  return new AirworthyError('TRAINER_OUTPUT_INVALID', { at: OUTPUT.model, ...details });
}
