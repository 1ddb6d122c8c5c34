import { z } from 'zod';
import type { Model } from '../models/model.ts';
import type { Task } from '../models/table.ts';
import type { Run } from '../tracking/index.ts';
import type { Value } from './search/space.ts';

export const LEARNERS = ['boosting', 'linear', 'forest'] as const;
export const LearnerName = z.enum(LEARNERS);
export type LearnerName = z.infer<typeof LearnerName>;

/** What a search may optimise, by kind of task; the first is the default. */
export const METRICS = {
  binary: ['log-loss', 'roc-auc', 'brier', 'accuracy'],
  multiclass: ['log-loss', 'brier', 'accuracy'],
  regression: ['rmse', 'mae', 'r2'],
} as const satisfies Record<Task['kind'], readonly string[]>;

export const TrainingMetric = z.enum(['log-loss', 'roc-auc', 'brier', 'accuracy', 'rmse', 'mae', 'r2']);
export type TrainingMetric = z.infer<typeof TrainingMetric>;

const Fraction = z.number().gt(0).lt(1);

/** How candidates are compared, always within the training rows. */
export const Validation = z.union([
  /** Cross-validation: every training row is predicted once by a model that did not see it. */
  z.strictObject({ folds: z.int().min(2).max(20) }),
  /** This share of the training rows is held out. */
  z.strictObject({ holdout: Fraction }),
]);
export type Validation = z.infer<typeof Validation>;

/** The `training` section of a project. */
export const TrainingConfig = z.strictObject({
  /** Overrides the kind of task inferred from the target. */
  task: z.enum(['binary', 'multiclass', 'regression']).optional(),
  /** Default: log-loss for classes, rmse for numbers. */
  metric: TrainingMetric.optional(),
  learners: z
    .array(LearnerName)
    .min(1)
    .default([...LEARNERS]),
  budget: z
    .strictObject({
      /** Candidates tried, the fixed portfolio among them. */
      trials: z.int().min(1).max(10_000).default(12),
      /** A cap: no trial starts after it and the one under way is stopped. Which trials it cuts depends on the machine. */
      seconds: z.number().positive().default(60),
    })
    .prefault({}),
  seed: z.int().default(0),
  /** Default: hold out 20 % of more than 20,000 training rows, else 5 folds. A split by time holds out the latest rows. */
  validation: Validation.optional(),
  /** Weight of each row by its class; 'balanced' gives every class the same total. */
  classWeights: z.union([z.literal('balanced'), z.record(z.string(), z.number().positive())]).optional(),
  /** Binary: the probability from which the label is positive, or 'f1': where F1 on the validation rows is highest. */
  threshold: z.union([Fraction, z.literal('f1')]).optional(),
  /** Fields in which the prediction may only rise or only fall, all else equal. */
  monotone: z.record(z.string(), z.enum(['increasing', 'decreasing'])).default({}),
});
export type TrainingConfig = z.infer<typeof TrainingConfig>;
/** The section as a person writes it, before defaults. */
export type TrainingConfigInput = z.input<typeof TrainingConfig>;

/** A learner and its settings. */
export interface Candidate {
  learner: LearnerName;
  params: Readonly<Record<string, Value>>;
}

/** A validation score with its 95 % interval. */
export interface ValidationScore {
  metric: TrainingMetric;
  higherIsBetter: boolean;
  value: number;
  standardError: number;
  low: number;
  high: number;
}

export type TrialSummary = Candidate & {
  /** The trial's run. */
  run: string;
  /** 1, 2, 3 … in the order they were tried. */
  number: number;
} & (
    | {
        status: 'finished';
        score: ValidationScore;
        /** Validation rows, over all folds. */
        rows: number;
        /** Boosting rounds that early stopping chose, the mean over folds; null where the learner has none. */
        iterations: number | null;
        /** Binary: the probability from which F1 on the validation rows is highest. */
        f1Threshold: number | null;
      }
    | { status: 'failed'; error: string }
  );

export interface TrainingResult {
  model: Model;
  /** The run that was given, with what training logged to it. */
  run: Run;
  trials: TrialSummary[];
  /** The winner's validation score, on rows the winning settings were chosen on: read it as slightly optimistic. */
  validation: ValidationScore & { method: string; rows: number };
  /** What ended the search; 'seconds' means that another machine may try more or fewer. */
  stoppedBy: 'trials' | 'seconds';
}
