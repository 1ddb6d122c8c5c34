import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { cases } from '../../../api/evaluation-queries.ts';
import { rowsOf, scrolledPage } from '../../../api/list-pages.ts';
import { CASE_VIEWS, type CaseView, type EvaluationSearch } from '../../../app/evaluation-routes.ts';
import { EXACT } from '../../../app/exact-link.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FindBox } from '../../../components/find-box.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { MoreFailed } from '../../../components/more-failed.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { useSettled } from '../../../components/use-settled.ts';
import { count } from '../../../format/figures.ts';
import { wordsOfMetrics } from '../metric-words.ts';
import type { PanelProps } from '../suite-evaluation/suite-evaluation-page.tsx';
import { CaseList } from './case-list.tsx';

/** Every case of one task, as many as there are, narrowed by what went wrong in it. */
export function CasesPanel({ report, search, change }: PanelProps) {
  const task = search.task ?? report.tasks[0]?.name;
  const { metric, show = 'all', code, slice, text } = search;
  const isClosed = report.dataset.role === 'held-out';
  const query = useInfiniteQuery({
    ...cases(report.id, { task, show, metric, code, slice, text }),
    enabled: !isClosed,
  });
  const rows = useMemo(() => (query.data ? rowsOf(query.data) : []), [query.data]);
  const words = useMemo(() => wordsOfMetrics(report), [report]);
  if (isClosed) {
    return (
      <EmptyState title="Held-out cases stay closed.">
        A gate may look at them, people and programs may not: a case that was read is no longer held out.
      </EmptyState>
    );
  }
  return (
    <div className="stack">
      <CaseFilters report={report} search={search} change={change} task={task} />
      <QueryView query={query} rows={10}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={show === 'all' && !text ? 'No case is here yet.' : 'No case is like that.'} />
          ) : (
            <Section
              title="Cases"
              says={`${count(rows.length)} fetched${query.hasNextPage ? ', more as you scroll' : ', that is all'}.`}
            >
              <CaseList
                key={[task, show, metric, code, slice, text].join(' ')}
                report={report}
                task={task}
                rows={rows}
                words={words}
                open={search.case}
                setOpen={(position) => change({ case: position })}
                more={scrolledPage(query)}
              />
              <MoreFailed query={query} />
            </Section>
          )
        }
      </QueryView>
    </div>
  );
}

const VIEW_WORDS: Record<CaseView, string> = {
  all: 'all',
  failed: 'failed',
  regressed: 'regressed',
  improved: 'improved',
  errors: 'errors',
  flaky: 'flaky',
};

const ANY = '';

interface FilterProps extends PanelProps {
  task: string | undefined;
}

function CaseFilters({ report, search, change, task }: FilterProps) {
  const { show = 'all' } = search;
  const words = wordsOfMetrics(report);
  const own = report.tasks.find(({ name }) => name === task);
  const slices = own?.slices.map(({ name }) => name) ?? [];
  const codes = own?.errorAnalysis?.codes.map(({ code }) => code) ?? [];
  const [text, setText] = useSettled(search.text ?? '', (next) => change({ text: next, case: undefined }));
  const any = (word: string, values: readonly { value: string; text: string }[]) => [
    { value: ANY, text: word },
    ...values,
  ];
  const plain = (values: readonly string[]) => values.map((value) => ({ value, text: value }));
  return (
    <div className="row">
      <nav className="choices" aria-label="Which cases">
        {CASE_VIEWS.map((view) => (
          <Link
            key={view}
            to="/evaluations/$evaluation"
            params={{ evaluation: report.id }}
            search={withView(search, view)}
            aria-current={view === show ? 'true' : undefined}
            activeOptions={EXACT}
          >
            {VIEW_WORDS[view]}
          </Link>
        ))}
      </nav>
      {report.tasks.length > 1 ? (
        <LabelledSelect
          label="Task"
          value={task ?? ''}
          options={plain(report.tasks.map(({ name }) => name))}
          choose={(name) => change({ task: name, case: undefined })}
        />
      ) : null}
      <LabelledSelect
        label="Metric"
        value={search.metric ?? ANY}
        options={any(
          'any',
          [...words].map(([value, { label }]) => ({ value, text: label })),
        )}
        choose={(value) => change({ metric: value, case: undefined })}
      />
      {slices.length === 0 ? null : (
        <LabelledSelect
          label="Slice"
          value={search.slice ?? ANY}
          options={any('all cases', plain(slices))}
          choose={(value) => change({ slice: value, case: undefined })}
        />
      )}
      {codes.length === 0 && search.code === undefined ? null : (
        <LabelledSelect
          label="Error"
          value={search.code ?? ANY}
          options={any('any', plain([...new Set([...codes, ...(search.code ? [search.code] : [])])]))}
          choose={(value) => change({ code: value, case: undefined })}
        />
      )}
      <FindBox
        label="Text in id, input or expected"
        placeholder="Id, input or expected"
        words={text}
        find={setText}
      />
    </div>
  );
}

function withView({ show: _, case: __, ...rest }: EvaluationSearch, view: CaseView): EvaluationSearch {
  return view === 'all' ? rest : { ...rest, show: view };
}
