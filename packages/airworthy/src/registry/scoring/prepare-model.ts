import type { EvaluationReport } from '../../evaluation/index.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { encodeOnnx } from '../../models/onnx/encode-model.ts';
import { openOnnx } from '../../models/onnx/open-onnx.ts';
import { parseModel, serialiseModel } from '../../models/serialise-model.ts';
import { signatureOf } from '../../models/signature.ts';
import type { Table } from '../../models/table.ts';
import { FILE } from '../bundle/manifest.ts';
import { buildGolden, refuseNotFinite } from './golden.ts';
import { learnLabelFree } from './learn-label-free.ts';
import { checkGraph } from './open-scorer.ts';
import { checkParity, type Parity } from './parity.ts';
import { buildReferenceProfile } from './reference-profile.ts';
import type { DriftPolicy } from './reference-windows.ts';

export interface PrepareInput {
  model: Model;
  /** The graph of a model that is one; else it is encoded here. */
  onnx: Uint8Array | undefined;
  /** Rows of the test split. */
  table: Table;
  /** What the model predicted for them when it was trained. */
  trainingScores: Float64Array;
  /** What was measured on these rows; carried in the reference profile. */
  report: Pick<EvaluationReport, 'metrics' | 'confidence'>;
  /** As in PackInput. */
  drift?: DriftPolicy;
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
  { model, onnx: graph, table, trainingScores, report, drift }: PrepareInput,
  onProgress: (rows: number) => void,
): Promise<PreparedModel> {
  const json = serialiseModel(model);
  // What is read back from the bundle is what must hold, not the object in memory.
  const packed = parseModel(json);
  const onnx = graph ?? encodeOnnx(packed);
  checkGraph(packed, onnx);
  const session = await openOnnx(onnx, packed);
  try {
    const scorer = packed.estimator.kind === 'onnx' ? session : compileModel(packed);
    const native = await scorer.scoreTable(table);
    refuseNotFinite(native, 'a row of the test split');
    const parity = await checkParity(
      packed,
      session,
      table,
      { native, training: trainingScores },
      onProgress,
    );
    const { calibration, errors } = await learnLabelFree(packed, table, native);
    const labelFree = {
      calibration,
      errorModel: errors && { file: FILE.errorModel, calibration: errors.calibration },
    };
    const profile = buildReferenceProfile(packed, table, native, report, drift, labelFree);
    const text = (value: unknown): Buffer => Buffer.from(canonicalJson(value));
    return {
      files: [
        [FILE.model, Buffer.from(json)],
        [FILE.onnx, onnx],
        [FILE.signature, text(signatureOf(packed))],
        [FILE.golden, text(await buildGolden(packed, scorer, table, native))],
        [FILE.referenceProfile, text(profile)],
        ...errorModelFile(errors?.model),
      ],
      parity,
    };
  } finally {
    await session.close();
  }
}

function errorModelFile(model: Model | undefined): PreparedModel['files'] {
  return model ? [[FILE.errorModel, Buffer.from(serialiseModel(model))]] : [];
}
