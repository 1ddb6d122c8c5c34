import { canonicalJson } from '../kernel/canonical-json.ts';
import { estimate, plural } from '../kernel/figures.ts';
import { idFromContent } from '../kernel/ids.ts';
import { serialiseModel } from '../models/serialise-model.ts';
import type { Project } from '../project/load-project.ts';
import type { Context } from '../store/ports.ts';
import { captureSource, endRun, logArtifact, type Params, startRun } from '../tracking/index.ts';
import { type TrainingResult, trainModel } from '../training/index.ts';
import { MODEL_ARTIFACT, readHeldBack, SCORES_ARTIFACT, scoreBytes, scoreRows } from './candidate.ts';
import { type StepIdentity, step } from './journal.ts';
import type { ShippedData } from './ship-data.ts';
import type { StageReport } from './stage-report.ts';

export interface ShippedTraining {
  run: string;
  report: StageReport;
}

/** What the journal keeps of a training. */
interface TrainingOutput {
  run: string;
  learner: string;
  trials: number;
  stoppedBy: TrainingResult['stoppedBy'];
  validation: TrainingResult['validation'];
}

/** Trains a candidate, once for the same rows, split and settings. The run's id follows from the step's inputs. */
export async function shipTraining(
  context: Context,
  project: Project,
  data: ShippedData,
): Promise<ShippedTraining> {
  const identity: StepIdentity = {
    work: 'ship',
    step: 'training',
    inputs: {
      version: data.version.digest,
      split: data.split.digest,
      task: data.task,
      training: project.config.training,
    },
  };
  const { output, skipped } = await step(context, identity, () =>
    train(context, project, data, idFromContent(identity)),
  );
  return { run: output.run, report: describeTraining(output, skipped) };
}

async function train(
  context: Context,
  project: Project,
  data: ShippedData,
  run: string,
): Promise<TrainingOutput> {
  const { version, split, task } = data;
  await startRun(context, {
    id: run,
    experiment: project.name,
    name: `training on version ${version.number}`,
    params: trainingParams(project),
    tags: { 'airworthy.config': project.digest },
    inputs: [
      { kind: 'dataset-version', digest: version.digest, name: version.dataset },
      { kind: 'split', digest: split.digest },
    ],
    source: await captureSource(project.folder),
  });
  try {
    const config = project.config.training;
    const result = await trainModel(context, { version, split, task, config, runId: run });
    await keepModel(context, run, result, data);
    return summarise(run, result);
  } catch (error) {
    // The error that stopped the training is the one to report.
    await endRun(context, run, context.signal?.aborted ? 'killed' : 'failed').catch(() => {});
    throw error;
  }
}

async function keepModel(
  context: Context,
  run: string,
  { model }: TrainingResult,
  data: ShippedData,
): Promise<void> {
  const digest = await logArtifact(context, run, MODEL_ARTIFACT, serialiseModel(model));
  const scores = scoreRows(model, await readHeldBack(context, data));
  await logArtifact(context, run, SCORES_ARTIFACT, scoreBytes(scores));
  await endRun(context, run, 'finished', [{ kind: 'model', digest, name: MODEL_ARTIFACT }]);
}

/** The settings by path: `training.budget.trials: 8`. */
function trainingParams(project: Project): Params {
  const params: Params = {};
  const collect = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, member] of Object.entries(value)) collect(member, `${path}.${key}`);
    } else if (value !== undefined) {
      params[path] = typeof value === 'object' ? canonicalJson(value) : (value as string | number | boolean);
    }
  };
  collect(project.config.training, 'training');
  collect(project.config.data.split, 'split');
  return params;
}

function summarise(run: string, { model, trials, stoppedBy, validation }: TrainingResult): TrainingOutput {
  const { estimator } = model;
  const learner = estimator.kind === 'trees' ? estimator.learner : estimator.kind;
  return { run, learner, trials: trials.length, stoppedBy, validation };
}

function describeTraining(output: TrainingOutput, skipped: boolean): StageReport {
  const { run, learner, trials, validation, stoppedBy } = output;
  const score = estimate(validation.value, validation.low, validation.high);
  const cut = stoppedBy === 'seconds' ? ', cut short by the time budget' : '';
  return {
    stage: 'training',
    unchanged: skipped,
    sentence: `${learner}, best of ${plural(trials, 'trial')}${cut}; ${validation.metric} ${score} on ${plural(validation.rows, 'row')}, ${validation.method} (run ${run.slice(0, 12)})`,
    facts: { ...output },
  };
}
