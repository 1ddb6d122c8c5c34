import { AirworthyError } from '../../kernel/errors.ts';
import { PARITY_TOLERANCE } from '../../models/compare-scores.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { openOnnx } from '../../models/onnx/open-onnx.ts';
import { recordsToTable } from '../../models/read-record.ts';
import { parseModel } from '../../models/serialise-model.ts';
import type { Golden, GoldenPair } from './golden.ts';

/** The native evaluator gives the same again but for the last digits of exp() on another engine. */
const NATIVE_TOLERANCE = 1e-12;

export interface ReplayInput {
  /** JSON of the bundle's model and golden pairs, and its ONNX graph. */
  model: string;
  golden: string;
  onnx: Uint8Array;
}

/** What a replay found: the worst difference, or why it could not be made. */
export type Replay =
  | { kind: 'compared'; pairs: number; worst: number; tolerance: number }
  | { kind: 'unavailable'; why: string }
  | { kind: 'failed'; why: string };

/** What each form of a model answers now; a model that is another program's ONNX graph has no native form. */
export interface Replays {
  native?: Replay;
  onnx: Replay;
}

/** Asks the bundle's model its golden questions again, natively and through ONNX. Runs in a worker. */
export async function replayGolden(input: ReplayInput): Promise<Replays> {
  const { pairs } = JSON.parse(input.golden) as Golden;
  const model = parseModel(input.model);
  const onnx = await replay(pairs, PARITY_TOLERANCE, () => scoreWithOnnx(input.onnx, model, pairs));
  if (model.estimator.kind === 'onnx') return { onnx };
  return { native: await replay(pairs, NATIVE_TOLERANCE, () => scoreNatively(model, pairs)), onnx };
}

async function replay(
  pairs: readonly GoldenPair[],
  tolerance: number,
  score: () => Promise<Float64Array[]>,
): Promise<Replay> {
  try {
    return { kind: 'compared', pairs: pairs.length, worst: worstOf(pairs, await score()), tolerance };
  } catch (error) {
    const missing = AirworthyError.is(error) && error.code === 'ONNX_RUNTIME_MISSING';
    return { kind: missing ? 'unavailable' : 'failed', why: (error as Error).message };
  }
}

async function scoreNatively(model: Model, pairs: readonly GoldenPair[]): Promise<Float64Array[]> {
  const compiled = compileModel(model);
  return pairs.map((pair) => compiled.scoreRecord(pair.record));
}

async function scoreWithOnnx(
  bytes: Uint8Array,
  model: Model,
  pairs: readonly GoldenPair[],
): Promise<Float64Array[]> {
  const records = pairs.map((pair) => pair.record);
  const session = await openOnnx(bytes, model);
  try {
    const scores = await session.scoreTable(recordsToTable(model.fields, records));
    const { width } = session;
    return records.map((_, row) => scores.subarray(row * width, (row + 1) * width));
  } finally {
    await session.close();
  }
}

/** Relative to the expected score where that is above 1; Infinity where there is no telling. */
function worstOf(pairs: readonly GoldenPair[], given: readonly Float64Array[]): number {
  let worst = 0;
  for (const [row, { scores }] of pairs.entries()) {
    for (const [index, expected] of scores.entries()) {
      const difference = Math.abs(given[row][index] - expected) / Math.max(1, Math.abs(expected));
      worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
    }
  }
  return worst;
}
