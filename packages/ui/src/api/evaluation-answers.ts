/** The server's own types of suites, verdicts, held-out looks and human review, by name: nothing of the server is bundled. */

import type { Baseline } from '../../../airworthy/src/evaluation/baselines/schema.ts';
import type { HeldOutLook } from '../../../airworthy/src/evaluation/held-out/schema.ts';
import type {
  CaseItem,
  EvaluationItem,
  SuiteItem,
} from '../../../airworthy/src/evaluation/report/read-schema.ts';
import type { SuiteVerdict } from '../../../airworthy/src/evaluation/report/schema.ts';
import type { Page } from './answers.ts';

export type { Baseline } from '../../../airworthy/src/evaluation/baselines/schema.ts';
export type { HeldOutLook } from '../../../airworthy/src/evaluation/held-out/schema.ts';
export type {
  CaseDetails,
  CaseItem,
  CaseScore,
  CaseTrial,
  EvaluationItem,
  SuiteItem,
} from '../../../airworthy/src/evaluation/report/read-schema.ts';
export type {
  DiscoveredSlice,
  ErrorAnalysis,
  FailureCluster,
  Steadiness,
  SuiteComparison,
  SuiteMetric,
  SuiteReport,
  SuiteSlice,
  SuiteVerdict,
  TaskReport,
} from '../../../airworthy/src/evaluation/report/schema.ts';

export type { SavedSelection } from '../../../airworthy/src/lifecycle/evaluate/selection-schema.ts';

export type SuitesAnswer = Page<SuiteItem>;
export type EvaluationsAnswer = Page<EvaluationItem>;
export type CasesAnswer = Page<CaseItem>;

/** A verdict with its time, and the number of its evaluation in the suite. */
export type SuiteVerdictsAnswer = Page<SuiteVerdict & { at: number; number: number }>;
export type BaselinesAnswer = Page<Baseline>;
export type HeldOutAnswer = Page<HeldOutLook>;
