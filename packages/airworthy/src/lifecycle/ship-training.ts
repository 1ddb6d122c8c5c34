import { canonicalJson } from '../kernel/canonical-json.ts';
import { idFromContent } from '../kernel/ids.ts';
import type { Project } from '../project/load-project.ts';
import type { Context } from '../store/ports.ts';
import { captureSource, endRun, type Params, startRun } from '../tracking/index.ts';
import { keepCandidate } from './candidate.ts';
import { type StepIdentity, step } from './journal.ts';
import { REVISIONS } from './revisions.ts';
import type { ShippedData, TrainingData } from './ship-data.ts';
import type { StageReport } from './stage-report.ts';
import {
  describeOutput,
  readTrainingSettings,
  type TrainingOutput,
  trainCandidate,
} from './train-candidate.ts';

export interface ShippedTraining {
  run: string;
  report: StageReport;
}

/** Trains a candidate, once for the same rows, split and settings. The run's id follows from the step's inputs. */
export async function shipTraining(
  context: Context,
  project: Project,
  data: ShippedData,
): Promise<ShippedTraining> {
  const settings = await readTrainingSettings(project);
  const identity = trainingIdentity(data, settings);
  const { output, skipped } = await step(context, identity, () =>
    trainRun(context, project, data, { run: idFromContent(identity), settings }),
  );
  return { run: output.run, report: describeTraining(output, data, skipped) };
}

/** What a training depends on, the revision of the code included: the id of its run follows from it. */
export function trainingIdentity({ version, split, task }: TrainingData, settings: object): StepIdentity {
  const inputs = { version: version.digest, split: split.digest, task, ...settings };
  return { work: 'ship', step: 'training', revision: REVISIONS.training, inputs };
}

export interface TrainingRun {
  /** The run's id. */
  run: string;
  settings: object;
  /** The run that this one repeats. */
  reproduces?: string;
}

/** Trains as a run, whose output is the model. */
export async function trainRun(
  context: Context,
  project: Project,
  data: TrainingData,
  { run, settings, reproduces }: TrainingRun,
): Promise<TrainingOutput> {
  const { version, split } = data;
  await startRun(context, {
    id: run,
    experiment: project.name,
    name: `training on version ${version.number}`,
    params: toParams({ ...settings, split: split.spec }),
    tags: { 'airworthy.config': project.digest },
    inputs: [
      { kind: 'dataset-version', digest: version.digest, name: version.dataset },
      { kind: 'split', digest: split.digest },
    ],
    source: await captureSource(project.folder),
    ...(reproduces === undefined ? {} : { reproduces }),
  });
  try {
    const candidate = await trainCandidate(context, project, data, run);
    await endRun(context, run, 'finished', [await keepCandidate(context, run, candidate, data)]);
    return candidate.output;
  } catch (error) {
    // The error that stopped the training is the one to report.
    await endRun(context, run, context.signal?.aborted ? 'killed' : 'failed').catch(() => {});
    throw error;
  }
}

/** Settings by path: `training.budget.trials: 8`. */
export function toParams(settings: object): Params {
  const params: Params = {};
  const collect = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, member] of Object.entries(value))
        collect(member, path === '' ? key : `${path}.${key}`);
    } else if (value !== undefined) {
      params[path] = typeof value === 'object' ? canonicalJson(value) : (value as string | number | boolean);
    }
  };
  collect(settings, '');
  return params;
}

function describeTraining(output: TrainingOutput, { task }: ShippedData, skipped: boolean): StageReport {
  return {
    stage: 'training',
    unchanged: skipped,
    sentence: describeOutput(output, task),
    facts: { ...output },
  };
}
