import type { z } from 'zod';
import { type Experiment, type LoggedModel, modelArtifactUri } from '../../tracking/index.ts';
import { enumOf, toPairs } from './wire.ts';

/** A logged model's statuses in MLflow's names. */
export const ModelStatus = enumOf({
  LOGGED_MODEL_STATUS_UNSPECIFIED: 0,
  LOGGED_MODEL_PENDING: 1,
  LOGGED_MODEL_READY: 2,
  LOGGED_MODEL_UPLOAD_FAILED: 3,
});

const STATUSES = {
  LOGGED_MODEL_STATUS_UNSPECIFIED: 'unspecified',
  LOGGED_MODEL_PENDING: 'pending',
  LOGGED_MODEL_READY: 'ready',
  LOGGED_MODEL_UPLOAD_FAILED: 'upload-failed',
} as const;

export function modelStatusFromWire(status: z.output<typeof ModelStatus>): LoggedModel['status'] {
  return STATUSES[status];
}

export function loggedModelMessage(
  model: LoggedModel,
  { artifactLocation }: Pick<Experiment, 'artifactLocation'>,
): object {
  const status = Object.entries(STATUSES).find(([, ours]) => ours === model.status)?.[0];
  return {
    info: {
      model_id: model.id,
      experiment_id: String(model.experiment),
      name: model.name,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      artifact_uri: modelArtifactUri({ number: model.experiment, artifactLocation }, model.id),
      status,
      status_message: model.statusMessage,
      model_type: model.modelType ?? '',
      source_run_id: model.sourceRun ?? '',
      tags: toPairs(model.tags),
    },
    data: {
      params: toPairs(model.params),
      metrics: model.metrics.map(({ key, value, time, step, datasetName, datasetDigest, run }) => ({
        key,
        value,
        timestamp: time,
        step,
        dataset_name: datasetName || undefined,
        dataset_digest: datasetDigest || undefined,
        model_id: model.id,
        run_id: run,
      })),
    },
  };
}
