import type { z } from 'zod';
import {
  type Experiment,
  type LatestMetric,
  NAME_TAG,
  type Run,
  type RunDataset,
  type RunModel,
  runArtifactUri,
} from '../../tracking/index.ts';
import { enumOf, toPairs } from './wire.ts';

/** A run's statuses in MLflow's names. */
export const RunStatus = enumOf({ RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 });

export function statusFromWire(status: z.output<typeof RunStatus>): Run['status'] {
  return status.toLowerCase() as Run['status'];
}

/** The experiment of a run, as far as its messages tell of it. */
export type RunExperiment = Pick<Experiment, 'number' | 'artifactLocation'>;

/** What a run's message is made of, beside the run. */
export interface RunParts {
  experiment: RunExperiment;
  params: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  metrics: readonly Pick<LatestMetric, 'key' | 'value' | 'time' | 'step'>[];
  datasets?: readonly RunDataset[] | undefined;
  /** Absent for a run that was only just made. */
  models?: readonly RunModel[] | undefined;
}

export function runInfoMessage(run: Run, experiment: RunExperiment): object {
  return {
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: String(experiment.number),
    user_id: run.userId,
    status: run.status.toUpperCase(),
    start_time: run.startedAt,
    end_time: run.endedAt,
    artifact_uri: runArtifactUri(experiment, run.id),
    lifecycle_stage: run.lifecycle,
  };
}

export function runMessage(run: Run, parts: RunParts): object {
  const { experiment, params, tags, metrics, datasets = [], models } = parts;
  return {
    info: runInfoMessage(run, experiment),
    data: {
      metrics: metrics.map(({ key, value, time, step }) => ({ key, value, timestamp: time, step })),
      params: toPairs(params),
      tags: toPairs({ ...tags, [NAME_TAG]: run.name }),
    },
    inputs: {
      dataset_inputs: datasets.map(datasetInput),
      model_inputs: models
        ?.filter(({ direction }) => direction === 'input')
        .map(({ model }) => ({ model_id: model })),
    },
    outputs: models && {
      model_outputs: models
        .filter(({ direction }) => direction === 'output')
        .map(({ model, step }) => ({ model_id: model, step })),
    },
  };
}

function datasetInput({ tags, sourceType, ...dataset }: RunDataset): object {
  return { tags: toPairs(tags), dataset: { ...dataset, source_type: sourceType } };
}
