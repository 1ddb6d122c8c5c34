import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from './root-route.ts';
import { oneOf, place, present, text } from './search-fields.ts';

export const EVALUATION_TABS = ['verdict', 'cases', 'errors'] as const;
export const CASE_VIEWS = ['all', 'failed', 'regressed', 'improved', 'errors', 'flaky'] as const;
export type CaseView = (typeof CASE_VIEWS)[number];

/** Which part of an evaluation is shown, and which of its cases. */
export interface EvaluationSearch {
  tab?: (typeof EVALUATION_TABS)[number];
  task?: string;
  metric?: string;
  show?: CaseView;
  code?: string;
  slice?: string;
  text?: string;
  /** Position of the case that is open in the list. */
  case?: number;
}

/** Whose answers come first. */
export interface CaseSearch {
  task?: string;
}

/** Who reviews. */
export interface ReviewSearch {
  as?: string;
}

/** Which disagreement is open. */
export interface AgreementSearch {
  item?: string;
}

/** Which row of an explanation is shown in full. */
export interface ExplanationSearch {
  row?: number;
}

export interface HeldOutSearch {
  dataset?: string;
}

const evaluation = createRoute({
  getParentRoute: () => root,
  path: '/evaluation',
  component: lazyRouteComponent(() => import('../pages/evaluation/evaluation-page.tsx'), 'EvaluationPage'),
});

const suiteEvaluation = createRoute({
  getParentRoute: () => root,
  path: '/evaluations/$evaluation',
  validateSearch: (search): EvaluationSearch =>
    present<EvaluationSearch>({
      tab: oneOf(EVALUATION_TABS, search.tab),
      task: text(search.task),
      metric: text(search.metric),
      show: oneOf(CASE_VIEWS, search.show),
      code: text(search.code),
      slice: text(search.slice),
      text: text(search.text),
      case: place(search.case),
    }),
  component: lazyRouteComponent(
    () => import('../pages/evaluation/suite-evaluation/suite-evaluation-page.tsx'),
    'SuiteEvaluationPage',
  ),
});

const evaluatedCase = createRoute({
  getParentRoute: () => root,
  path: '/evaluations/$evaluation/cases/$position',
  validateSearch: (search): CaseSearch => present<CaseSearch>({ task: text(search.task) }),
  component: lazyRouteComponent(() => import('../pages/evaluation/cases/case-page.tsx'), 'CasePage'),
});

const suite = createRoute({
  getParentRoute: () => root,
  path: '/suites/$suite',
  component: lazyRouteComponent(() => import('../pages/evaluation/suites/suite-page.tsx'), 'SuitePage'),
});

const heldOut = createRoute({
  getParentRoute: () => root,
  path: '/held-out',
  validateSearch: (search): HeldOutSearch => present<HeldOutSearch>({ dataset: text(search.dataset) }),
  component: lazyRouteComponent(
    () => import('../pages/evaluation/held-out/held-out-page.tsx'),
    'HeldOutPage',
  ),
});

const reviews = createRoute({
  getParentRoute: () => root,
  path: '/review',
  component: lazyRouteComponent(() => import('../pages/evaluation/review/queues-page.tsx'), 'QueuesPage'),
});

const review = createRoute({
  getParentRoute: () => root,
  path: '/review/$queue',
  validateSearch: (search): ReviewSearch => present<ReviewSearch>({ as: text(search.as) }),
  component: lazyRouteComponent(() => import('../pages/evaluation/review/review-page.tsx'), 'ReviewPage'),
});

const agreement = createRoute({
  getParentRoute: () => root,
  path: '/review/$queue/agreement',
  validateSearch: (search): AgreementSearch => present<AgreementSearch>({ item: text(search.item) }),
  component: lazyRouteComponent(
    () => import('../pages/evaluation/review/agreement-page.tsx'),
    'AgreementPage',
  ),
});

const explanation = createRoute({
  getParentRoute: () => root,
  path: '/explanations/$explanation',
  validateSearch: (search): ExplanationSearch => present<ExplanationSearch>({ row: place(search.row) }),
  component: lazyRouteComponent(
    () => import('../pages/evaluation/explanations/explanation-page.tsx'),
    'ExplanationPage',
  ),
});

export const EVALUATION_ROUTES = [
  evaluation,
  suiteEvaluation,
  evaluatedCase,
  suite,
  heldOut,
  reviews,
  review,
  agreement,
  explanation,
] as const;
