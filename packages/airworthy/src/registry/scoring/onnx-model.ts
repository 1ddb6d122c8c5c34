import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Model } from '../../models/model.ts';
import { outputNames } from '../../models/signature.ts';
import { type Column, outputWidth, type Table } from '../../models/table.ts';

/** What an ONNX graph gave for some rows: scores as the native evaluator has them, and labels (none in regression). */
export interface OnnxScores {
  scores: Float64Array;
  labels: readonly string[] | null;
}

export interface OnnxModel {
  /** Scores rows start to start + rows. */
  score(table: Table, start: number, rows: number): Promise<OnnxScores>;
  close(): Promise<void>;
}

type Runtime = typeof import('onnxruntime-node');

/**
 * Loads a model's ONNX graph. Creating a session and running it block the thread: call from a worker.
 * Throws ONNX_RUNTIME_MISSING where onnxruntime-node does not load.
 */
export async function openOnnx(bytes: Uint8Array, model: Model): Promise<OnnxModel> {
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Warnings about a graph are for its author, not for the person who packs.
    logSeverityLevel: 3,
  });
  return {
    score: (table, start, rows) => scoreRows(runtime, session, model, table, start, rows),
    close: () => session.release(),
  };
}

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new AirworthyError('ONNX_RUNTIME_MISSING', {
      message: `onnxruntime-node does not load: ${why}`,
      cause,
    });
  }
}

async function scoreRows(
  runtime: Runtime,
  session: InferenceSession,
  model: Model,
  table: Table,
  start: number,
  rows: number,
): Promise<OnnxScores> {
  const { fields, task } = model;
  const feeds: Record<string, Tensor> = {};
  // A field the model does not use is no input of its graph.
  for (const { name } of fields.filter((field) => session.inputNames.includes(field.name))) {
    feeds[name] = toTensor(runtime, table.columns[name], start, rows);
  }
  const results = await session.run(feeds);
  const names = outputNames(model);
  const output = { binary: names.probability, multiclass: names.probabilities, regression: names.value };
  const scores = results[output[task.kind]].data as Float64Array;
  if (scores.length !== rows * outputWidth(task))
    throw new Error(`ONNX gave ${scores.length} scores for ${rows} rows`);
  return { scores, labels: task.kind === 'regression' ? null : (results[names.label].data as string[]) };
}

function toTensor({ Tensor }: Runtime, column: Column, start: number, rows: number): Tensor {
  if (column.kind !== 'category') {
    return new Tensor('float64', column.values.slice(start, start + rows), [rows, 1]);
  }
  const text = Array.from(column.codes.subarray(start, start + rows), (code) =>
    code === -1 ? '' : column.categories[code],
  );
  return new Tensor('string', text, [rows, 1]);
}
