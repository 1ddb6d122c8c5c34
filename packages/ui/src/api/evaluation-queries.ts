import { keepPreviousData } from '@tanstack/react-query';
import type {
  BaselinesAnswer,
  CaseDetails,
  CasesAnswer,
  EvaluationsAnswer,
  HeldOutAnswer,
  SuiteReport,
  SuitesAnswer,
  SuiteVerdictsAnswer,
} from './evaluation-answers.ts';
import { list, name, read } from './reads.ts';

/** An evaluation that is under way writes its rows without the server's saying so. */
const LIVE = 2_000;

/** Their tasks have tracking runs: the server tells when one starts or ends. */
export const suites = () => list<SuitesAnswer>('/suites', ['runs'], { limit: 50 });
export const evaluations = (suite: string, limit: number) =>
  list<EvaluationsAnswer>('/evaluations', ['runs'], { suite, limit });
export const suiteEvaluation = (id: string) => ({
  ...read<SuiteReport>(`/evaluations/${name(id)}`, ['runs']),
  refetchInterval: ({ state }: { state: { data: SuiteReport | undefined } }) =>
    state.data?.state === 'running' ? LIVE : (false as const),
});

/** Which cases of an evaluation. */
export interface CaseQuery {
  task?: string | undefined;
  show?: string | undefined;
  metric?: string | undefined;
  code?: string | undefined;
  slice?: string | undefined;
  text?: string | undefined;
}

export const cases = (id: string, query: CaseQuery) =>
  list<CasesAnswer>(`/evaluations/${name(id)}/cases`, [], { ...query, limit: 100 });
export const evaluatedCase = (id: string, position: number) => ({
  ...read<CaseDetails>(`/evaluations/${name(id)}/cases/${position}`, []),
  placeholderData: keepPreviousData,
});

export const suiteVerdicts = (suite: string) =>
  list<SuiteVerdictsAnswer>(`/suites/${name(suite)}/verdicts`, ['runs'], { limit: 200 });
export const baselines = (suite: string) =>
  list<BaselinesAnswer>(`/suites/${name(suite)}/baselines`, ['runs'], { limit: 100 });

export const heldOutLooks = (dataset: string | undefined) =>
  list<HeldOutAnswer>('/held-out', ['runs'], { dataset, limit: 100 });
