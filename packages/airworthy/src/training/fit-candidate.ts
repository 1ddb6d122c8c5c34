import type { FeatureMatrix } from '../models/feature-matrix.ts';
import type { Estimator, Feature, Model } from '../models/model.ts';
import type { Field, Table, Task } from '../models/table.ts';
import { fitFeatures } from './features/fit-features.ts';
import { fitBoosting } from './learners/fit-boosting.ts';
import { fitForest } from './learners/fit-forest.ts';
import { fitLinear } from './learners/fit-linear.ts';
import type { Objective } from './learners/learner-options.ts';
import type { Candidate, TrainingConfig } from './schema.ts';

/** Most rounds of boosting where early stopping decides, and in a refit that follows from it. */
export const MOST_ROUNDS = 500;
/** Rounds without improvement after which it stops. */
const PATIENCE = 20;

export interface FitInput {
  table: Table;
  fields: Field[];
  target: Float64Array;
  weights: Float64Array | null;
  task: Task;
  candidate: Candidate;
  monotone: TrainingConfig['monotone'];
  seed: number;
  /** Threads a learner may use; the result does not depend on it. */
  threads: number;
}

/** Mean loss a row after so many rounds. */
export interface CurvePoint {
  step: number;
  training: number;
  /** On the rows that early stopping watches; null without it. */
  stopping: number | null;
}

export interface Fitted {
  model: Model;
  /** Rounds of boosting kept; null for other learners. */
  iterations: number | null;
  curve: CurvePoint[];
}

/** A model of one candidate: features and estimator fitted on these rows. `report` gets the rounds (boosting) or trees (forest) done. */
export async function fitCandidate(
  input: FitInput,
  report: (rounds: number) => void = () => {},
): Promise<Fitted> {
  const { table, fields, target, task, candidate, seed } = input;
  const style = candidate.learner === 'linear' ? 'linear' : 'trees';
  const { features, matrix } = fitFeatures(table, fields, target, task, style, seed);
  const curve: CurvePoint[] = [];
  const estimator = await fitEstimator(input, features, matrix, { curve, report });
  const model: Model = { format: 'airworthy-model/1', task, fields, features, estimator };
  const iterations =
    estimator.kind === 'trees' && estimator.learner === 'boosting'
      ? Math.ceil(estimator.trees.length / estimator.baseline.length)
      : null;
  return { model, iterations, curve };
}

function fitEstimator(
  { target, weights, task, candidate, monotone, seed, threads }: FitInput,
  features: readonly Feature[],
  matrix: FeatureMatrix,
  { curve, report }: { curve: CurvePoint[]; report: (rounds: number) => void },
): Promise<Estimator> | Estimator {
  const objective = objectiveOf(task);
  const classes = task.kind === 'multiclass' ? { classes: task.classes.length } : {};
  const common = { objective, seed, threads, ...classes };
  const { learner, params } = candidate;
  switch (learner) {
    case 'linear':
      return fitLinear(matrix, target, weights, { objective, ...classes, ...params });
    case 'forest':
      return fitForest(matrix, target, weights, {
        ...common,
        ...forestOptions(params, matrix),
        onTree: report,
      });
    case 'boosting':
      return fitBoosting(matrix, target, weights, {
        ...common,
        ...roundsOptions(params),
        ...params,
        ...(Object.keys(monotone).length === 0 ? {} : { monotone: directions(features, monotone) }),
        onIteration: (step, training, stopping) => {
          curve.push({ step, training, stopping });
          report(step);
        },
      });
  }
}

function objectiveOf(task: Task): Objective {
  return task.kind === 'binary' ? 'logistic' : task.kind === 'multiclass' ? 'softmax' : 'squared';
}

function forestOptions({ featureShare, ...rest }: Candidate['params'], matrix: FeatureMatrix) {
  if (typeof featureShare !== 'number') return rest;
  return { ...rest, featuresPerSplit: Math.max(1, Math.round(featureShare * matrix.features.length)) };
}

/** A candidate that says how many rounds gets them; otherwise early stopping decides. */
function roundsOptions(params: Candidate['params']) {
  if (params.iterations !== undefined) return {};
  return { iterations: MOST_ROUNDS, earlyStopping: { patience: PATIENCE } };
}

function directions(features: readonly Feature[], monotone: TrainingConfig['monotone']): number[] {
  return features.map((feature) => {
    if (feature.op !== 'number') return 0;
    const direction = monotone[feature.field];
    return direction === undefined ? 0 : direction === 'increasing' ? 1 : -1;
  });
}
