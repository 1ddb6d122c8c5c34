export { chooseTask } from './choose-task.ts';
export { encodeTarget } from './encode-target.ts';
export {
  type Candidate,
  LEARNERS,
  LearnerName,
  METRICS,
  TrainingConfig,
  type TrainingConfigInput,
  TrainingMetric,
  type TrainingResult,
  type TrialSummary,
  Validation,
  type ValidationScore,
} from './schema.ts';
export { type TrainingRequest, trainModel } from './train-model.ts';
