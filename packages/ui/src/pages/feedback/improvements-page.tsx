import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ImprovementAnswer } from '../../api/answers.ts';
import { nextPage, rowsOf } from '../../api/list-pages.ts';
import { improvements, overview } from '../../api/queries.ts';
import { DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { count, plural, share } from '../../format/figures.ts';
import { IMPROVEMENT_COLUMNS } from './improvement-columns.tsx';
import { ImprovementHistory } from './improvement-history.tsx';

/** Every turn of the loop: what began it, what it showed, what was decided. */
export function ImprovementsPage() {
  const query = useInfiniteQuery(improvements());
  const { data: project } = useQuery(overview());
  const rows = useMemo(() => (query.data ? rowsOf(query.data) : []), [query.data]);
  const endpoints = [...new Set(rows.map(({ endpoint }) => endpoint))];
  return (
    <PageFrame title="Feedback" answer={query.data ? <Answer rows={rows} /> : null}>
      {project === undefined || project.labels.length === 0 ? null : (
        <p className="quiet">
          {project.labels
            .map(
              ({ endpoint, predictions, labels, maturity }) =>
                `${endpoint}: ${count(labels)} of ${count(predictions)} predictions are labelled${maturity === null ? '' : `, ${share(maturity)} of the newest window’s`}`,
            )
            .join('; ')}
          .
        </p>
      )}
      <QueryView query={query} rows={8}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title="The model has not been improved yet." command="npx airworthy improve">
              Labels make it possible; triggers in the project say when. A challenger must beat the champion
              on rows that neither has seen.
            </EmptyState>
          ) : (
            <div className="stack">
              {endpoints.map((endpoint) => (
                <ImprovementHistory
                  key={endpoint}
                  endpoint={endpoint}
                  improvements={rows.filter((row) => row.endpoint === endpoint)}
                />
              ))}
              <Section title="Decisions" says="Newest first.">
                <DataTable
                  label="Improvements"
                  rows={rows}
                  columns={IMPROVEMENT_COLUMNS}
                  rowKey={({ id }) => id}
                  more={nextPage(query)}
                />
              </Section>
            </div>
          )
        }
      </QueryView>
    </PageFrame>
  );
}

function Answer({ rows }: { rows: readonly ImprovementAnswer[] }) {
  const of = (state: ImprovementAnswer['state']) => rows.filter((row) => row.state === state).length;
  const waiting = of('awaiting-approval');
  if (rows.length === 0) return <p>No improvement was begun yet.</p>;
  return (
    <p>
      {plural(rows.length, 'improvement')}: {of('promoted')} promoted, {of('kept')} kept the champion
      {of('failed') === 0 ? '' : `, ${of('failed')} failed`}
      {waiting === 0 ? '.' : `; ${plural(waiting, 'challenger')} awaiting a person’s decision.`}
    </p>
  );
}
