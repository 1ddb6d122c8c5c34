import { ARTIFACT_OPERATIONS } from './artifact-operations.ts';
import { CAPTURE_OPERATIONS } from './capture-operations.ts';
import { CURVE_OPERATIONS } from './curve-operations.ts';
import { DATASET_OPERATIONS } from './dataset-operations.ts';
import { ENDPOINT_OPERATIONS } from './endpoint-operations.ts';
import { ERASURE_OPERATIONS } from './erasure-operations.ts';
import { EVALUATION_OPERATIONS } from './evaluation-operations.ts';
import { EXPLANATION_OPERATIONS } from './explanation-operations.ts';
import { FEEDBACK_OPERATIONS } from './feedback-operations.ts';
import { FIGURES_OPERATIONS } from './figures-operations.ts';
import { GATE_OPERATIONS } from './gate-operations.ts';
import { GATEWAY_OPERATIONS } from './gateway-operations.ts';
import { IMPROVEMENT_OPERATIONS } from './improvement-operations.ts';
import { MODEL_OPERATIONS } from './model-operations.ts';
import { MONITORING_OPERATIONS } from './monitoring-operations.ts';
import type { Operation } from './operation.ts';
import { OVERVIEW_OPERATIONS } from './overview-operations.ts';
import { REPRODUCTION_OPERATIONS } from './reproduction-operations.ts';
import { REVIEW_OPERATIONS } from './review-operations.ts';
import { ROLLOUT_OPERATIONS } from './rollout-operations.ts';
import { RUN_OPERATIONS } from './run-operations.ts';
import { RUN_SEARCH_OPERATIONS } from './run-search-operations.ts';
import { RUN_WRITING_OPERATIONS } from './run-writing-operations.ts';
import { SELECTION_OPERATIONS } from './selection-operations.ts';
import { TRACE_OPERATIONS } from './trace-operations.ts';

/** All of `/api/v1`, in the order of its description. */
export const OPERATIONS: readonly Operation[] = [
  ...OVERVIEW_OPERATIONS,
  ...DATASET_OPERATIONS,
  ...RUN_SEARCH_OPERATIONS,
  ...CURVE_OPERATIONS,
  ...RUN_OPERATIONS,
  ...ARTIFACT_OPERATIONS,
  ...CAPTURE_OPERATIONS,
  ...RUN_WRITING_OPERATIONS,
  ...REPRODUCTION_OPERATIONS,
  ...TRACE_OPERATIONS,
  ...MODEL_OPERATIONS,
  ...EXPLANATION_OPERATIONS,
  ...ENDPOINT_OPERATIONS,
  ...FIGURES_OPERATIONS,
  ...GATEWAY_OPERATIONS,
  ...ROLLOUT_OPERATIONS,
  ...MONITORING_OPERATIONS,
  ...FEEDBACK_OPERATIONS,
  ...REVIEW_OPERATIONS,
  ...IMPROVEMENT_OPERATIONS,
  ...EVALUATION_OPERATIONS,
  ...GATE_OPERATIONS,
  ...SELECTION_OPERATIONS,
  ...ERASURE_OPERATIONS,
];
