import type { Prediction } from '../../models/to-prediction.ts';
import type { Context } from '../../store/ports.ts';
import { businessKeyOf } from '../records/business-key.ts';
import type { JsonRecord } from '../records/check-records.ts';
import { inSlices } from '../records/in-slices.ts';
import type { LoadedRelease } from '../runtimes/load-release.ts';
import { predictRecords } from '../records/predict-records.ts';
import type { PredictionLog } from '../prediction-log/prediction-log.ts';
import { ARM } from './record-deployment.ts';
import { predictionIds } from './trace-id.ts';

/** The answer to one request: a prediction and its id for each record, in the records' order. */
export interface PredictResult {
  predictions: Prediction[];
  ids: string[];
  model: string;
  modelVersion: number;
}

export interface PredictOptions {
  /** Names the predictions, so that a request sent again is not counted twice. */
  traceId?: string | undefined;
  /** Told as the request's latency instead of the one measured: for rehearsals. */
  latencyUs?: number | undefined;
}

/**
 * Checks, scores, names and logs a request's records; without a log nothing is kept.
 *
 * @param key `serving.key`
 */
export function createAnswer(
  context: Context,
  log: PredictionLog | undefined,
  key: readonly string[] | undefined,
) {
  return async (
    endpoint: string,
    release: LoadedRelease,
    records: readonly unknown[],
    { traceId, latencyUs }: PredictOptions,
  ): Promise<PredictResult> => {
    const started = performance.now();
    const predictions = await predictRecords(endpoint, release, records);
    const at = context.clock.now();
    const ids = predictionIds(records.length, traceId, at);
    const { model, version, bundle } = release;
    if (log) {
      const measured = Math.round(latencyUs ?? (performance.now() - started) * 1_000);
      const shared = { endpoint, model, version, bundle, arm: ARM, at, latencyUs: measured };
      await inSlices(records.length, (index) => {
        const record = records[index] as JsonRecord;
        const businessKey = key === undefined ? null : businessKeyOf(record, key);
        log.add({ ...shared, id: ids[index], record, prediction: predictions[index], businessKey });
      });
    }
    return { predictions, ids, model, modelVersion: version };
  };
}
