import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { rowsOf } from '../../../api/list-pages.ts';
import { endpoints, endpoint as readEndpoint } from '../../../api/queries.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import type { PlaygroundProps } from './playground-page.tsx';
import { RecordPanel } from './record-panel.tsx';

/** A record for one of the endpoints. */
export function RecordTab({ search, change }: PlaygroundProps) {
  const query = useInfiniteQuery(endpoints());
  const names = query.data ? rowsOf(query.data).map(({ endpoint }) => endpoint) : [];
  const chosen = search.endpoint ?? names[0];
  return (
    <QueryView query={query} rows={8}>
      {() =>
        chosen === undefined ? (
          <EmptyState title="Nothing serves yet." command="npx airworthy ship --serve" />
        ) : (
          <div className="stack">
            {names.length > 1 ? (
              <LabelledSelect
                label="Endpoint"
                value={chosen}
                options={names.map((name) => ({ value: name, text: name }))}
                choose={(endpoint) => change({ endpoint, arm: undefined, with: undefined })}
              />
            ) : null}
            <EndpointRecord key={chosen} name={chosen} search={search} change={change} />
          </div>
        )
      }
    </QueryView>
  );
}

function EndpointRecord({ name, search, change }: PlaygroundProps & { name: string }) {
  const query = useQuery(readEndpoint(name));
  return (
    <QueryView query={query} rows={8}>
      {(endpoint) => <RecordPanel endpoint={endpoint} asked={search} ask={change} />}
    </QueryView>
  );
}
