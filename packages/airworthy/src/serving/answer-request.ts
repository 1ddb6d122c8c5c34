import type { Prediction } from '../models/to-prediction.ts';
import type { Context } from '../store/ports.ts';
import { inSlices } from './in-slices.ts';
import type { LoadedRelease } from './load-release.ts';
import { predictRecords } from './predict-records.ts';
import type { PredictionLog } from './prediction-log.ts';
import { ARM } from './record-deployment.ts';
import { predictionIds } from './trace-id.ts';

/** The answer to one request: a prediction and its id for each record, in the records' order. */
export interface PredictResult {
  predictions: Prediction[];
  ids: string[];
  model: string;
  modelVersion: number;
}

/** Checks, scores, names and logs a request's records; without a log nothing is kept. */
export function createAnswer(context: Context, log: PredictionLog | undefined) {
  return async (
    endpoint: string,
    release: LoadedRelease,
    records: readonly unknown[],
    traceId: string | undefined,
  ): Promise<PredictResult> => {
    const started = performance.now();
    const predictions = await predictRecords(endpoint, release, records);
    const ids = predictionIds(records.length, traceId);
    const { model, version } = release;
    if (log) {
      const latency_us = Math.round((performance.now() - started) * 1_000);
      const at = context.clock.now();
      const shared = { project: context.project, endpoint, model, version, arm: ARM, latency_us, at };
      await inSlices(records.length, (index) => {
        const record_json = JSON.stringify(records[index]);
        log.add({ ...shared, id: ids[index], record_json, output_json: JSON.stringify(predictions[index]) });
      });
    }
    return { predictions, ids, model, modelVersion: version };
  };
}
