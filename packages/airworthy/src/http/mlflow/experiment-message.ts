import { type Experiment, experimentArtifactUri } from '../../tracking/index.ts';
import { MlflowError } from './mlflow-error.ts';
import { toPairs } from './wire.ts';

export function experimentMessage(experiment: Experiment): object {
  return {
    experiment_id: String(experiment.number),
    name: experiment.name,
    artifact_location: experimentArtifactUri(experiment),
    lifecycle_stage: experiment.lifecycle,
    last_update_time: experiment.updatedAt,
    creation_time: experiment.createdAt,
    tags: toPairs(experiment.tags),
  };
}

/** An artifact location of a client's own choice, such as `s3://…`; undefined where it left that to us. */
export function ownArtifactLocation(location = ''): string | undefined {
  if (/[#;]|[?&].*\.\./.test(location))
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      "'artifact_location' URL can't include fragments or params.",
    );
  return location === '' ? undefined : location;
}
