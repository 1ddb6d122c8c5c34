import '../../../styles/evaluation.css';
import '../../../styles/tracking.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import type { SuiteReport } from '../../../api/evaluation-answers.ts';
import { suiteEvaluation } from '../../../api/evaluation-queries.ts';
import { EVALUATION_TABS, type EvaluationSearch } from '../../../app/evaluation-routes.ts';
import { EXACT } from '../../../app/exact-link.ts';
import { lazyPanel } from '../../../components/lazy-panel.ts';
import { Moment } from '../../../components/moment.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { Loading, QueryView } from '../../../components/query-view.tsx';
import { TabRow } from '../../../components/tab-row.tsx';
import { ConditionBadge, VerdictBadge } from '../../../components/verdict-badge.tsx';
import { count, duration, plural } from '../../../format/figures.ts';
import { EvaluationNav } from '../evaluation-nav.tsx';
import { sentenceOf } from '../metric-words.ts';

export interface PanelProps {
  report: SuiteReport;
  search: EvaluationSearch;
  /** Other fields of the address stay as they are. */
  change: (fields: { [Field in keyof EvaluationSearch]?: EvaluationSearch[Field] | undefined }) => void;
}

const PANELS = {
  verdict: lazyPanel<PanelProps>(() => import('./verdict-panel.tsx').then((module) => module.VerdictPanel)),
  cases: lazyPanel<PanelProps>(() => import('../cases/cases-panel.tsx').then((module) => module.CasesPanel)),
  errors: lazyPanel<PanelProps>(() => import('./errors-panel.tsx').then((module) => module.ErrorsPanel)),
};
const LABELS = { verdict: 'Verdict', cases: 'Cases', errors: 'Errors' } as const;

/** An evaluation of a suite: its verdict with the evidence, its cases, and what goes wrong in them. */
export function SuiteEvaluationPage() {
  const { evaluation: id } = useParams({ from: '/evaluations/$evaluation' });
  const search = useSearch({ from: '/evaluations/$evaluation' });
  const navigate = useNavigate({ from: '/evaluations/$evaluation' });
  const query = useQuery(suiteEvaluation(id));
  const tab = search.tab ?? 'verdict';
  const Panel = PANELS[tab];
  const change: PanelProps['change'] = (fields) =>
    void navigate({
      search: Object.fromEntries(
        Object.entries({ ...search, ...fields }).filter(([, value]) => value !== undefined && value !== ''),
      ),
      replace: true,
      resetScroll: false,
    });
  const report = query.data;
  return (
    <PageFrame
      title={report === undefined ? 'Evaluation' : `${report.suite} #${report.number}`}
      trail={[
        { label: 'Evaluation', to: '/evaluation' },
        ...(report === undefined
          ? []
          : [{ label: report.suite, to: `/suites/${encodeURIComponent(report.suite)}` }]),
      ]}
      actions={<EvaluationNav />}
      answer={report === undefined ? null : <Answer report={report} />}
    >
      <TabRow label="Parts of the evaluation" current={tab}>
        {EVALUATION_TABS.map((to) => (
          <Link
            key={to}
            data-part={to}
            to="/evaluations/$evaluation"
            params={{ evaluation: id }}
            search={to === 'verdict' ? {} : { tab: to, ...(search.task ? { task: search.task } : {}) }}
            aria-current={to === tab ? 'page' : undefined}
            activeOptions={EXACT}
          >
            {LABELS[to]}
          </Link>
        ))}
      </TabRow>
      <QueryView query={query} rows={10}>
        {(data) => (
          <Suspense fallback={<Loading rows={10} />}>
            <Panel report={data} search={search} change={change} />
          </Suspense>
        )}
      </QueryView>
    </PageFrame>
  );
}

/** The verdict in words, then of what. */
function Answer({ report }: { report: SuiteReport }) {
  const { outcome, state, reason, dataset, trials, tasks, startedAt, endedAt } = report;
  return (
    <>
      <p>
        {outcome === null ? null : <VerdictBadge outcome={outcome} />}{' '}
        {state === 'running' ? <ConditionBadge condition="working">running</ConditionBadge> : null}{' '}
        {state === 'stopped' ? <ConditionBadge condition="warn">stopped</ConditionBadge> : null}{' '}
        {sentenceOf(report)}
      </p>
      {report.description === undefined ? null : <p>{report.description}</p>}
      <p className="quiet">
        {count(dataset.cases)} {dataset.role} {dataset.cases === 1 ? 'case' : 'cases'}
        {dataset.clusters < dataset.cases ? ` in ${plural(dataset.clusters, 'cluster')}` : ''}
        {trials > 1 ? `, ${trials} trials each` : ''}
        {tasks.length > 1 ? `, ${tasks.length} tasks` : ''} · <Moment at={startedAt} />
        {endedAt === null ? '' : `, took ${duration(endedAt - startedAt)}`} · seed {report.seed}
        {reason === undefined ? '' : ` · ${reason}`}
      </p>
    </>
  );
}
