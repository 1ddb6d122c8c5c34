import { AirworthyError } from '../kernel/errors.ts';
import { type CompiledModel, compileModel } from '../models/compile-model.ts';
import type { Signature } from '../models/signature.ts';
import { type Prediction, toPredictions } from '../models/to-prediction.ts';
import { openBundle, readBundleFile } from '../registry/index.ts';
import type { Context } from '../store/ports.ts';
import { createRecordCheck, type JsonRecord, type RecordCheck } from './check-records.ts';
import type { Release } from './schema.ts';

/** A record with the scores it had when the bundle was packed (`outputWidth` numbers). */
interface GoldenPair {
  record: JsonRecord;
  scores: readonly number[];
}

/** A release in memory, compiled and proven on its golden records. */
export interface LoadedRelease extends Release {
  signature: Signature;
  check: RecordCheck;
  /** The prediction for a checked record. Throws nothing; a score that is not finite is the caller's to refuse. */
  predict(record: JsonRecord): Prediction;
}

/** Native scoring is float64 like training: anything beyond the last few bits is another model. */
const TOLERANCE = 1e-9;

/**
 * Opens a bundle, compiles its model and signature and replays its golden records.
 * Throws WARM_UP_FAILED where a score differs from what the bundle was packed with.
 */
export async function loadRelease(context: Context, release: Release): Promise<LoadedRelease> {
  const { model, signature } = await openBundle(context, release.bundle);
  const golden = await readBundleFile(context, release.bundle, 'golden.json');
  const compiled = compileModel(model);
  replayGolden(release, compiled, JSON.parse(golden.toString('utf8')).pairs);
  return {
    ...release,
    signature,
    check: createRecordCheck(signature),
    predict: (record) => toPredictions(model, compiled.scoreRecord(record))[0],
  };
}

function replayGolden(release: Release, compiled: CompiledModel, golden: readonly GoldenPair[]): void {
  for (const [index, { record, scores }] of golden.entries()) {
    const now = compiled.scoreRecord(record);
    const differs = scores.some((score, at) => !(relativeDifference(now[at], score) <= TOLERANCE));
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
