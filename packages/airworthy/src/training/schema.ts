import { z } from 'zod';
import { canonicalJson } from '../kernel/canonical-json.ts';
import type { Model } from '../models/model.ts';
import type { Task } from '../models/table.ts';
import type { Run } from '../tracking/index.ts';
import { CommandTrainer } from './command/command.ts';
import type { Value } from './search/space.ts';

export { type CommandOptions, command } from './command/command.ts';

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
  z.strictObject({
    folds: z
      .int()
      .min(2)
      .max(20)
      .describe('Cross-validation: every training row is predicted once by a model that did not see it.'),
  }),
  z.strictObject({ holdout: Fraction.describe('This share of the training rows is held out.') }),
]);
export type Validation = z.infer<typeof Validation>;

const Section = z.strictObject({
  task: z
    .enum(['binary', 'multiclass', 'regression'])
    .optional()
    .describe('Kind of task; inferred from the target where absent.'),
  metric: TrainingMetric.optional().describe(
    'What candidates are ranked by; `log-loss` for classes and `rmse` for numbers where absent.',
  ),
  trainer: CommandTrainer.optional().describe(
    "A program that trains in place of the learners: `command('python3 train.py')`.",
  ),
  learners: z
    .array(LearnerName)
    .min(1)
    .default([...LEARNERS])
    .describe('Learners that may be tried.'),
  budget: z
    .strictObject({
      trials: z
        .int()
        .min(1)
        .max(10_000)
        .default(12)
        .describe('Candidates tried, the fixed portfolio among them.'),
      seconds: z
        .number()
        .positive()
        .default(60)
        .describe('A cap on the search, not on the final fit; which trials it cuts depends on the machine.'),
    })
    .prefault({})
    .describe('How long to search.'),
  seed: z.int().default(0).describe('The same data, config and seed give the same model.'),
  validation: Validation.optional().describe(
    'How candidates are compared; up to 20,000 training rows 5 folds where absent (fewer where fewer groups are kept whole), above them and in a split by time a holdout of `0.2`.',
  ),
  classWeights: z
    .union([z.literal('balanced'), z.record(z.string(), z.number().positive())])
    .optional()
    .describe("Weight of each row by its class; `'balanced'` gives every class the same total."),
  threshold: z
    .union([Fraction, z.literal('f1')])
    .optional()
    .describe(
      "Binary: the probability from which the label is positive, or `'f1'`: where F1 on the validation rows is highest.",
    ),
  monotone: z
    .record(z.string(), z.enum(['increasing', 'decreasing']))
    .default({})
    .describe('Fields in which the prediction may only rise or only fall, all else equal.'),
});
type Settings = z.infer<typeof Section>;

/** The `training` section of a project. */
export const TrainingConfig = Section.superRefine((section, refinement) => {
  for (const path of section.trainer ? settingsOfLearners(section) : []) {
    const message = 'nothing: it is for the built-in learners, and training.trainer names a program';
    refinement.addIssue({ code: 'custom', path: [path], message });
  }
});
export type TrainingConfig = z.infer<typeof TrainingConfig>;
/** The section as a person writes it, before defaults. */
export type TrainingConfigInput = z.input<typeof TrainingConfig>;

/** Settings other than the defaults, which alone say nothing, that only the learners could heed. */
function settingsOfLearners({ trainer: _trainer, task: _task, seed: _seed, ...section }: Settings): string[] {
  const defaults: Record<string, unknown> = Section.parse({});
  return Object.entries(section)
    .filter(([name, value]) => name !== 'threshold' || value === 'f1')
    .filter(([name, value]) => canonicalJson(value ?? null) !== canonicalJson(defaults[name] ?? null))
    .map(([name]) => name);
}

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
