import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SuiteItem } from '../../../api/evaluation-answers.ts';
import { suites } from '../../../api/evaluation-queries.ts';
import { nextPage, rowsOf } from '../../../api/list-pages.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Measured } from '../../../components/measured.tsx';
import { Moment } from '../../../components/moment.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { TrendStrip } from '../../../components/trend-strip.tsx';
import { ConditionBadge, VerdictBadge } from '../../../components/verdict-badge.tsx';
import { count, plural } from '../../../format/figures.ts';

/** Every suite with its newest verdict, and how its first metric went. */
export function SuitesPanel() {
  const query = useInfiniteQuery(suites());
  const rows = query.data ? rowsOf(query.data) : [];
  return (
    <QueryView query={query} rows={5}>
      {() =>
        rows.length === 0 ? (
          <EmptyState title="No suite has been evaluated yet." command="npx airworthy evaluate">
            A suite is a file such as support.eval.ts or support.eval.yaml: cases, a task, scorers and gates.
          </EmptyState>
        ) : (
          <Section title="Suites" says="The newest evaluation of each, and how its first metric went.">
            <DataTable
              label="Suites"
              rows={rows}
              columns={COLUMNS}
              rowKey={({ name }) => name}
              more={nextPage(query)}
            />
          </Section>
        )
      }
    </QueryView>
  );
}

/** Of how many suites the newest evaluation passed, and which did not. */
export function SuitesAnswer() {
  const query = useInfiniteQuery(suites());
  const rows = query.data ? rowsOf(query.data) : [];
  if (rows.length === 0) return null;
  const passed = rows.filter(({ newest }) => newest.outcome === 'pass').length;
  const others = rows.filter(({ newest: { outcome } }) => outcome !== null && outcome !== 'pass');
  return (
    <p>
      {passed} of {plural(rows.length, 'suite')} {passed === 1 ? 'passes' : 'pass'}
      {others.map(({ name, newest }) => (
        <span key={name}>
          ; {name} is{' '}
          <Link to="/evaluations/$evaluation" params={{ evaluation: newest.id }}>
            {WORDS[newest.outcome ?? 'pass']}
          </Link>
        </span>
      ))}
      .
    </p>
  );
}

const WORDS = { pass: 'passing', fail: 'failing', undecided: 'undecided', error: 'in error' } as const;

const COLUMNS: readonly Column<SuiteItem>[] = [
  {
    id: 'suite',
    header: 'Suite',
    heads: true,
    value: ({ name }) => name,
    show: ({ name }) => (
      <Link to="/suites/$suite" params={{ suite: name }}>
        {name}
      </Link>
    ),
  },
  {
    id: 'outcome',
    header: 'Newest',
    value: ({ newest }) => newest.startedAt,
    show: ({ newest }) => (
      <span className="row">
        {newest.state === 'running' ? (
          <ConditionBadge condition="working">running</ConditionBadge>
        ) : newest.outcome === null ? (
          <span className="quiet">no gates</span>
        ) : (
          <VerdictBadge outcome={newest.outcome} />
        )}
        <Link to="/evaluations/$evaluation" params={{ evaluation: newest.id }}>
          #{newest.number}
        </Link>
        <span className="quiet small">
          <Moment at={newest.startedAt} />
        </span>
      </span>
    ),
  },
  {
    id: 'metric',
    header: 'First metric',
    show: ({ newest: { primary } }) =>
      primary === null ? (
        <span className="quiet">—</span>
      ) : (
        <>
          <span className="quiet">{primary.label} </span>
          <Measured {...primary} />
        </>
      ),
  },
  {
    id: 'trend',
    header: 'How it went',
    show: ({ name, trend }) => (
      <TrendStrip
        points={trend.toReversed().map(({ id, outcome, primary }) => ({
          ...{ key: id, outcome, value: primary?.value ?? null, low: primary?.low ?? null },
          high: primary?.high ?? null,
        }))}
        label={`${name}: ${trend.length} evaluations, oldest first`}
      />
    ),
  },
  {
    id: 'evaluations',
    header: 'Evaluations',
    number: true,
    value: ({ evaluations }) => evaluations,
    show: ({ evaluations }) => count(evaluations),
  },
];
