import type { Tensor } from 'onnxruntime-node';
import type { Model, OnnxEstimator } from '../model.ts';
import type { Scorer } from '../scorer.ts';
import { outputNames } from '../signature.ts';
import { outputWidth, type Table } from '../table.ts';
import { feedRows } from './feed-rows.ts';
import { openSession, runSession } from './open-session.ts';
import { readScores } from './read-scores.ts';

/** What an ONNX graph gave for some rows: scores as the native evaluator has them, and labels where it has any of ours. */
export interface OnnxScores {
  scores: Float64Array;
  labels: readonly string[] | null;
}

export interface OnnxModel extends Scorer {
  scoreTable(table: Table): Promise<Float64Array>;
  /** Scores rows start to start + rows. */
  scoreRows(table: Table, start: number, rows: number): Promise<OnnxScores>;
  close(): Promise<void>;
}

/** Rows given to the ONNX runtime at once: its buffers stay small however long the table is. */
export const ONNX_CHUNK = 4_096;

/** A model's graph: where its inputs and outputs are. */
type Graph = Pick<OnnxEstimator, 'inputs' | 'output'> & { label: string | null };

/**
 * Loads a model's ONNX graph, our own encoding or another program's. Loading and scoring block the thread: call from
 * a worker.
 *
 * @throws ONNX_RUNTIME_MISSING, MODEL_INVALID; scoring throws ONNX_RUN_FAILED.
 */
export async function openOnnx(bytes: Uint8Array, model: Model): Promise<OnnxModel> {
  const { fields, task } = model;
  const { inputs, output, label } = graphOf(model);
  const opened = await openSession(bytes);
  const width = outputWidth(task);
  async function scoreRows(table: Table, start: number, rows: number): Promise<OnnxScores> {
    const results = await runSession(opened, feedRows(opened, { fields, inputs }, table, start, rows));
    const labels = label === null ? null : ((results[label] as Tensor).data as string[]);
    return { scores: readScores(results, output, task, rows), labels };
  }
  return {
    width,
    scoreRows,
    async scoreTable(table) {
      const scores = new Float64Array(table.rows * width);
      for (let start = 0; start < table.rows; start += ONNX_CHUNK) {
        const given = await scoreRows(table, start, Math.min(ONNX_CHUNK, table.rows - start));
        scores.set(given.scores, start * width);
      }
      return scores;
    },
    close: () => opened.session.release(),
  };
}

function graphOf(model: Model): Graph {
  const { estimator, fields, task } = model;
  if (estimator.kind === 'onnx') return { ...estimator, label: null };
  const names = outputNames(model);
  const output = { binary: names.probability, multiclass: names.probabilities, regression: names.value };
  return {
    inputs: {
      form: 'columns',
      tensors: fields.map(({ name, kind }) => ({ name, type: kind === 'category' ? 'string' : 'float64' })),
    },
    output: { name: output[task.kind], columns: outputWidth(task) },
    label: task.kind === 'regression' ? null : names.label,
  };
}
