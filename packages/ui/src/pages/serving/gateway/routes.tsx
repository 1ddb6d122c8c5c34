import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RouteSummary } from '../../../api/serving-answers.ts';
import { gatewayRoutes } from '../../../api/serving-queries.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { count, share } from '../../../format/figures.ts';

const COLUMNS: readonly Column<RouteSummary>[] = [
  {
    id: 'name',
    header: 'Route',
    heads: true,
    value: ({ name }) => name,
    show: ({ name }) => <code>{name}</code>,
  },
  { id: 'targets', header: 'Answered by', show: (route) => <Targets route={route} /> },
  {
    id: 'fallbacks',
    header: 'Else by',
    show: ({ fallbacks }) =>
      fallbacks.map(({ provider, model }) => `${provider}/${model}`).join(', then ') || 'nobody',
  },
  { id: 'retries', header: 'Further tries', number: true, show: ({ retries }) => count(retries) },
  {
    id: 'try',
    header: 'Try',
    show: ({ name }) => (
      <Link to="/playground" search={{ tab: 'chat', model: name }}>
        try<span className="hidden-text"> {name}</span>
      </Link>
    ),
  },
];

/** Names that clients ask for, and who answers them. */
export function Routes() {
  const query = useQuery(gatewayRoutes());
  return (
    <Section title="Routes" says="Names that clients ask for, and who answers.">
      <QueryView query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">
              None. A model is asked for as <code>provider/model</code>, or as OpenAI calls it;{' '}
              <code>serving.gateway.routes</code> of the project’s config gives names to several of them with
              what to do where one fails.
            </p>
          ) : (
            <DataTable label="Routes" rows={items} columns={COLUMNS} rowKey={({ name }) => name} />
          )
        }
      </QueryView>
    </Section>
  );
}

function Targets({ route: { targets } }: { route: RouteSummary }) {
  const whole = targets.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <span className="wrapping">
      {targets
        .map(({ provider, model, weight }) =>
          targets.length === 1 ? `${provider}/${model}` : `${provider}/${model} ${share(weight / whole)}`,
        )
        .join(', ')}
    </span>
  );
}
