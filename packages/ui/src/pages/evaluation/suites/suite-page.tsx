import '../../../styles/evaluation.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Baseline, EvaluationItem } from '../../../api/evaluation-answers.ts';
import { baselines, evaluations, suiteVerdicts } from '../../../api/evaluation-queries.ts';
import { nextPage, rowsOf, scrolledPage } from '../../../api/list-pages.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { KeysetTable } from '../../../components/keyset-table.tsx';
import { Moment } from '../../../components/moment.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { MoreFailed } from '../../../components/more-failed.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { VerdictBadge } from '../../../components/verdict-badge.tsx';
import { plural } from '../../../format/figures.ts';
import { EvaluationNav } from '../evaluation-nav.tsx';
import { sentenceOf } from '../metric-words.ts';
import { BlessButton } from './bless-button.tsx';
import { EVALUATION_COLUMNS } from './evaluation-columns.tsx';
import { historiesOf } from './gate-history.ts';
import { GateHistoryPlot } from './gate-history-plot.tsx';

/** A suite: what each gate said over time, where its baselines are, and every evaluation. */
export function SuitePage() {
  const { suite } = useParams({ from: '/suites/$suite' });
  const list = useInfiniteQuery(evaluations(suite, 100));
  const moves = useInfiniteQuery(baselines(suite));
  const rows = useMemo(() => (list.data ? rowsOf(list.data) : []), [list.data]);
  const moved = useMemo(() => (moves.data ? rowsOf(moves.data) : []), [moves.data]);
  return (
    <PageFrame
      title={suite}
      trail={[{ label: 'Evaluation', to: '/evaluation' }]}
      actions={<EvaluationNav />}
      answer={list.data && moves.data ? <Answer rows={rows} moves={moved} /> : null}
    >
      <Gates suite={suite} moves={moved} />
      <QueryView query={moves} rows={3}>
        {() => <Baselines suite={suite} moves={moved} rows={rows} more={nextPage(moves)} />}
      </QueryView>
      <QueryView query={list} rows={6}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title="Not evaluated yet." command={`npx airworthy evaluate ${suite}`} />
          ) : (
            <Section title="Evaluations" says="Newest first.">
              <KeysetTable
                label={`Evaluations of ${suite}`}
                rows={rows}
                columns={EVALUATION_COLUMNS}
                rowKey={({ id }) => id}
                more={scrolledPage(list)}
              />
              <MoreFailed query={list} />
            </Section>
          )
        }
      </QueryView>
    </PageFrame>
  );
}

/** The newest verdict, then where `main` is and since when. */
function Answer({ rows, moves }: { rows: readonly EvaluationItem[]; moves: readonly Baseline[] }) {
  const newest = rows[0];
  const main = moves.find(({ name }) => name === 'main') ?? moves[0];
  return (
    <>
      {newest === undefined ? (
        <p>It has not been evaluated yet.</p>
      ) : (
        <p>
          {newest.outcome === null ? null : <VerdictBadge outcome={newest.outcome} />}{' '}
          <Link to="/evaluations/$evaluation" params={{ evaluation: newest.id }}>
            #{newest.number}
          </Link>{' '}
          {sentenceOf(newest)}
        </p>
      )}
      <p className="quiet">
        {main === undefined ? (
          'No evaluation is blessed as a baseline: nothing can be better or worse than one.'
        ) : (
          <>
            Baseline {main.name} is{' '}
            <Link to="/evaluations/$evaluation" params={{ evaluation: main.evaluation }}>
              {main.number === null ? main.evaluation.slice(0, 8) : `#${main.number}`}, {main.task}
            </Link>{' '}
            since <Moment at={main.at} />, by {main.actor}: {main.reason}
          </>
        )}
      </p>
    </>
  );
}

function Gates({ suite, moves }: { suite: string; moves: readonly Baseline[] }) {
  const query = useInfiniteQuery(suiteVerdicts(suite));
  const histories = useMemo(() => (query.data ? historiesOf(rowsOf(query.data)) : []), [query.data]);
  return (
    <QueryView query={query} rows={6}>
      {() => (
        <Section
          title="Gates over time"
          says={
            histories.length === 0
              ? undefined
              : `${plural(histories.length, 'gate')}, each verdict with its interval; a line where a baseline moved.`
          }
        >
          {histories.length === 0 ? (
            <p className="quiet">The suite has no gates, or none was judged yet.</p>
          ) : (
            <div className="columns">
              {histories.map((history) => (
                <GateHistoryPlot
                  key={history.key}
                  history={history}
                  moves={moves}
                  file={`${suite}-${history.title.replaceAll(/[^\w]+/g, '-')}`}
                />
              ))}
            </div>
          )}
          <MoreButton more={nextPage(query)}>Show older verdicts</MoreButton>
        </Section>
      )}
    </QueryView>
  );
}

interface BaselinesProps {
  suite: string;
  moves: readonly Baseline[];
  rows: readonly EvaluationItem[];
  more: (() => void) | undefined;
}

function Baselines({ suite, moves, rows, more }: BaselinesProps) {
  return (
    <Section
      title="Baselines"
      says="Moved only by blessing an evaluation; nothing is ever overwritten."
      actions={<BlessButton suite={suite} rows={rows} />}
    >
      {moves.length === 0 ? (
        <EmptyState
          title="No baseline yet."
          command={`npx airworthy bless ${suite} --reason "first baseline"`}
        >
          Bless an evaluation, and the next is compared with it case by case.
        </EmptyState>
      ) : (
        <DataTable
          label={`Baselines of ${suite}`}
          rows={moves}
          columns={MOVES}
          rowKey={({ name, sequence }) => `${name} ${sequence}`}
          more={more}
        />
      )}
    </Section>
  );
}

const MOVES: readonly Column<Baseline>[] = [
  { id: 'at', header: 'When', value: ({ at }) => at, show: ({ at }) => <Moment at={at} /> },
  {
    id: 'move',
    header: 'Move',
    heads: true,
    show: ({ name, evaluation, number, task }) => (
      <>
        {name} →{' '}
        <Link to="/evaluations/$evaluation" params={{ evaluation }}>
          {number === null ? evaluation.slice(0, 8) : `#${number}`}, {task}
        </Link>
      </>
    ),
  },
  { id: 'reason', header: 'Why', show: ({ reason }) => <span className="wrapping">{reason}</span> },
  { id: 'actor', header: 'By', show: ({ actor }) => actor },
];
