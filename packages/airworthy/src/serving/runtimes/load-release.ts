import { AirworthyError } from '../../kernel/errors.ts';
import { PARITY_TOLERANCE } from '../../models/compare-scores.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { recordsToTable } from '../../models/read-record.ts';
import type { Signature } from '../../models/signature.ts';
import { type Prediction, toPredictions } from '../../models/to-prediction.ts';
import { openBundle, openScorer, readBundleFile } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import { createRecordCheck, type JsonRecord, type RecordCheck } from '../records/check-records.ts';
import { inSlices } from '../records/in-slices.ts';
import { withKeyFields } from '../records/key-fields.ts';
import type { Release } from '../schema.ts';

/** A record with the scores it had when the bundle was packed (`outputWidth` numbers). */
interface GoldenPair {
  record: JsonRecord;
  scores: readonly number[];
}

/** A release in memory, compiled and proven on its golden records. */
export interface LoadedRelease extends Release {
  /** What its endpoint takes: the model's own, and the key's fields. */
  signature: Signature;
  check: RecordCheck;
  /** The predictions for checked records. A score that is not finite is the caller's to refuse. @throws ONNX_RUN_FAILED */
  predict(records: readonly JsonRecord[]): Promise<Prediction[]>;
  /** Ends what scores; no one may be using it. */
  close(): Promise<void>;
}

type RecordScoring = Pick<LoadedRelease, 'predict' | 'close'> & {
  /** The scores of each record. */
  score(records: readonly JsonRecord[]): Promise<Float64Array[]>;
  /** How far golden scores may be off, relative to scores above 1. */
  tolerance: number;
};

/** Native scoring is float64 like training: anything beyond the last few bits is another model. */
const NATIVE_TOLERANCE = 1e-9;

/**
 * Opens a bundle, compiles its model and signature and replays its golden records.
 * Throws WARM_UP_FAILED where a score differs from what the bundle was packed with.
 *
 * @param key `serving.key`
 */
export async function loadRelease(
  context: Context,
  release: Release,
  key?: readonly string[],
): Promise<LoadedRelease> {
  const { model, signature: own } = await openBundle(context, release.bundle);
  const signature = withKeyFields(own, key);
  const golden = await readBundleFile(context, release.bundle, 'golden.json');
  const scoring =
    model.estimator.kind === 'onnx'
      ? await openGraph(model, () => readBundleFile(context, release.bundle, 'model.onnx'))
      : compileRecords(model);
  try {
    await replayGolden(release, scoring, JSON.parse(golden.toString('utf8')).pairs);
  } catch (error) {
    await scoring.close();
    throw error;
  }
  const { predict, close } = scoring;
  return { ...release, signature, check: createRecordCheck(signature), predict, close };
}

/** One of our models answers at once, record by record, so that a batch gets exactly what its records get singly. */
function compileRecords(model: Model): RecordScoring {
  const { scoreRecord } = compileModel(model);
  const { task, threshold } = model;
  // Not the model itself, which would keep its trees in memory beside the compiled ones.
  const answer = threshold === undefined ? { task } : { task, threshold };
  return {
    tolerance: NATIVE_TOLERANCE,
    score: async (records) => records.map(scoreRecord),
    async predict(records) {
      const predictions: Prediction[] = new Array(records.length);
      await inSlices(records.length, (index) => {
        predictions[index] = toPredictions(answer, scoreRecord(records[index]))[0];
      });
      return predictions;
    },
    async close() {},
  };
}

/** Records turned into a table at a stretch, which holds the event loop for a few milliseconds. */
const STRETCH = 2_048;

/** Another program's graph answers from its thread, together with what other requests wait for. */
async function openGraph(model: Model, readOnnx: () => Promise<Uint8Array>): Promise<RecordScoring> {
  const scorer = await openScorer(model, readOnnx);
  const { width } = scorer;
  const scoreAll = (records: readonly JsonRecord[]) =>
    scorer.scoreTable(recordsToTable(model.fields, records));
  return {
    tolerance: PARITY_TOLERANCE,
    async score(records) {
      const scores = await scoreAll(records);
      return records.map((_, row) => scores.subarray(row * width, (row + 1) * width));
    },
    async predict(records) {
      const predictions: Prediction[] = [];
      for (let start = 0; start < records.length; start += STRETCH)
        predictions.push(...toPredictions(model, await scoreAll(records.slice(start, start + STRETCH))));
      return predictions;
    },
    close: async () => scorer[Symbol.asyncDispose](),
  };
}

async function replayGolden(
  release: Release,
  { score, tolerance }: RecordScoring,
  golden: readonly GoldenPair[],
): Promise<void> {
  const given = await score(golden.map((pair) => pair.record));
  for (const [index, { scores }] of golden.entries()) {
    const now = given[index];
    const differs = scores.some((score, at) => !(relativeDifference(now[at], score) <= tolerance));
    if (!differs && now.length === scores.length) continue;
    throw new AirworthyError('WARM_UP_FAILED', {
      message:
        `${release.model} version ${release.version}: golden record ${index} now scores ${[...now].join(', ')}, ` +
        `${scores.join(', ')} when it was packed`,
      facts: { bundle: release.bundle, record: index },
    });
  }
}

function relativeDifference(now: number, packed: number): number {
  return Math.abs(now - packed) / Math.max(1, Math.abs(packed));
}

/** The first output that is no finite number, such as `value`; undefined where all are. */
export function notFinite(prediction: Prediction): string | undefined {
  if ('value' in prediction) return Number.isFinite(prediction.value) ? undefined : 'value';
  if ('probability' in prediction) return Number.isFinite(prediction.probability) ? undefined : 'probability';
  return Object.values(prediction.probabilities).every(Number.isFinite) ? undefined : 'probabilities';
}
