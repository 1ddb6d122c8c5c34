import type { MetricResult } from '../../evaluation/index.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { encodeOnnx } from '../../models/onnx/encode-model.ts';
import { parseModel, serialiseModel } from '../../models/serialise-model.ts';
import { signatureOf } from '../../models/signature.ts';
import type { Table } from '../../models/table.ts';
import { FILE } from '../bundle/manifest.ts';
import { buildGolden, refuseNotFinite } from './golden.ts';
import { openOnnx } from './onnx-model.ts';
import { checkParity, type Parity } from './parity.ts';
import { buildReferenceProfile } from './reference-profile.ts';

export interface PrepareInput {
  model: Model;
  /** Rows of the test split. */
  table: Table;
  /** What the model predicted for them when it was trained. */
  trainingScores: Float64Array;
  /** What was measured on these rows; carried in the reference profile. */
  metrics: readonly MetricResult[];
}

export interface PreparedModel {
  /** The files that follow from the model and the rows. */
  files: [path: string, bytes: Uint8Array][];
  parity: Parity;
}

/**
 * Encodes a model, checks that what was encoded predicts what was trained, and describes the rows it was tested
 * on. Runs in a worker: an ONNX session blocks its thread. Reports how many rows are compared.
 */
export async function prepareModel(
  { model, table, trainingScores, metrics }: PrepareInput,
  report: (rows: number) => void,
): Promise<PreparedModel> {
  const json = serialiseModel(model);
  // What is read back from the bundle is what must hold, not the object in memory.
  const packed = parseModel(json);
  const compiled = compileModel(packed);
  const native = compiled.scoreTable(table);
  refuseNotFinite(native, 'a row of the test split');
  const onnx = encodeOnnx(packed);
  const session = await openOnnx(onnx, packed);
  try {
    const parity = await checkParity(compiled, session, table, { native, training: trainingScores }, report);
    const text = (value: unknown): Buffer => Buffer.from(canonicalJson(value));
    return {
      files: [
        [FILE.model, Buffer.from(json)],
        [FILE.onnx, onnx],
        [FILE.signature, text(signatureOf(packed))],
        [FILE.golden, text(buildGolden(compiled, table, native))],
        [FILE.referenceProfile, text(buildReferenceProfile(packed, table, native, metrics))],
      ],
      parity,
    };
  } finally {
    await session.close();
  }
}
