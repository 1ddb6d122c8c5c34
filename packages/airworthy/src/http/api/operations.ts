import { DATASET_OPERATIONS } from './dataset-operations.ts';
import { ENDPOINT_OPERATIONS } from './endpoint-operations.ts';
import { FEEDBACK_OPERATIONS } from './feedback-operations.ts';
import { IMPROVEMENT_OPERATIONS } from './improvement-operations.ts';
import { MODEL_OPERATIONS } from './model-operations.ts';
import { MONITORING_OPERATIONS } from './monitoring-operations.ts';
import type { Operation } from './operation.ts';
import { OVERVIEW_OPERATIONS } from './overview-operations.ts';
import { RUN_OPERATIONS } from './run-operations.ts';

/** All of `/api/v1`, in the order of its description. */
export const OPERATIONS: readonly Operation[] = [
  ...OVERVIEW_OPERATIONS,
  ...DATASET_OPERATIONS,
  ...RUN_OPERATIONS,
  ...MODEL_OPERATIONS,
  ...ENDPOINT_OPERATIONS,
  ...MONITORING_OPERATIONS,
  ...FEEDBACK_OPERATIONS,
  ...IMPROVEMENT_OPERATIONS,
];
