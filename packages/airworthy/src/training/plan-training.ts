import { type DatasetVersion, keptWholeBy, type Split } from '../data/index.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Field, Task } from '../models/table.ts';
import type { ValidationPlan } from './prepare-training.ts';
import {
  LEARNERS,
  type LearnerName,
  METRICS,
  TrainingConfig,
  type TrainingConfigInput,
  type TrainingMetric,
} from './schema.ts';

/** Up to so many training rows cross-validation is worth its price. */
const ROWS_FOR_FOLDS = 20_000;
const DEFAULT_FOLDS = 5;
const DEFAULT_HOLDOUT = 0.2;

/** A training section checked against the data, with its defaults decided. */
export interface TrainingPlan {
  config: TrainingConfig;
  task: Task;
  metric: TrainingMetric;
  learners: LearnerName[];
  /** The raw record: the features, in the order of the source. */
  fields: Field[];
  validation: ValidationPlan;
}

/** @throws CONFIG_INVALID with the path and the nearest valid name; TRAINING_NO_FEATURES. */
export function planTraining(
  version: DatasetVersion,
  split: Split,
  task: Task,
  section: TrainingConfigInput,
): TrainingPlan {
  const config = parseSection(section);
  if (config.trainer)
    throw invalid('training.trainer', 'is for trainWithCommand; the learners train without it');
  const fields = chooseFields(version, task);
  return {
    config,
    task,
    fields,
    metric: chooseMetric(config, task),
    learners: chooseLearners(config, task, fields),
    validation: chooseValidation(config, split),
  };
}

/** @throws CONFIG_INVALID with the path and the nearest valid name. */
export function parseSection(section: TrainingConfigInput): TrainingConfig {
  const parsed = TrainingConfig.safeParse(section);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = ['training', ...issue.path].join('.');
  const given = valueAt(section, issue.path);
  const known = path.startsWith('training.learners') ? [...LEARNERS] : [];
  throw invalid(path, issue.message, typeof given === 'string' ? nearestName(given, known) : undefined);
}

function valueAt(section: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    section,
  );
}

function invalid(path: string, problem: string, nearest?: string): AirworthyError {
  return new AirworthyError('CONFIG_INVALID', {
    message: `${path}: ${problem}`,
    at: path,
    ...(nearest === undefined ? {} : { remedy: `Did you mean "${nearest}"?` }),
  });
}

/** The raw record. @throws TRAINING_NO_FEATURES */
export function chooseFields({ dataset, schema }: DatasetVersion, task: Task): Field[] {
  const wanted = new Set(schema.features);
  const fields = schema.fields.filter((field) => wanted.has(field.name) && field.name !== task.target);
  if (fields.length > 0) return fields;
  throw new AirworthyError('TRAINING_NO_FEATURES', {
    message: `dataset "${dataset}" has no feature besides the target "${task.target}"`,
  });
}

function chooseMetric(config: TrainingConfig, task: Task): TrainingMetric {
  const fitting: readonly TrainingMetric[] = METRICS[task.kind];
  const metric = config.metric ?? fitting[0];
  if (fitting.includes(metric)) return metric;
  throw invalid(
    'training.metric',
    `"${metric}" is not for ${task.kind} ("${task.target}"); use ${fitting.join(', ')}`,
  );
}

function chooseLearners(config: TrainingConfig, task: Task, fields: readonly Field[]): LearnerName[] {
  const constrained = Object.keys(config.monotone);
  if (constrained.length === 0) return config.learners;
  const numeric = fields.filter((field) => ['number', 'integer', 'boolean'].includes(field.kind));
  const names = numeric.map((field) => field.name);
  const unfit = constrained.find((name) => !names.includes(name));
  if (unfit !== undefined) {
    throw invalid(`training.monotone.${unfit}`, 'no number among the features', nearestName(unfit, names));
  }
  if (task.kind === 'multiclass') throw invalid('training.monotone', 'is for binary tasks and regression');
  if (!config.learners.includes('boosting')) {
    throw invalid(
      'training.monotone',
      'only the learner "boosting" can promise it; add it to training.learners',
    );
  }
  return ['boosting'];
}

/** Validation rows are split off as the test rows were; by default folds where rows are few. */
function chooseValidation({ validation }: TrainingConfig, { spec, roles, groups }: Split): ValidationPlan {
  if (spec.by === 'time') {
    if (validation && 'folds' in validation) {
      throw invalid(
        'training.validation',
        'a split by time is validated on its latest rows: use { holdout: 0.2 }',
      );
    }
    return { by: 'time', column: spec.column, holdout: validation?.holdout ?? DEFAULT_HOLDOUT };
  }
  const few = roles.train <= ROWS_FOR_FOLDS;
  // Of four authors there are no five parts.
  const folds = Math.max(2, Math.min(DEFAULT_FOLDS, groups?.train ?? DEFAULT_FOLDS));
  const plan = validation ?? (few ? { folds } : { holdout: DEFAULT_HOLDOUT });
  const column = keptWholeBy(spec);
  return column === undefined ? { by: 'random', plan } : { by: 'group', column, plan };
}
