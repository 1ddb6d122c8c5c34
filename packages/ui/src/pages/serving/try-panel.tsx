import { useNavigate } from '@tanstack/react-router';
import { present } from '../../app/search-fields.ts';
import type { EndpointSearch } from '../../app/serving-routes.ts';
import type { PanelProps } from './endpoint-page.tsx';
import { RecordPanel } from './playground/record-panel.tsx';

/** The playground of one endpoint. */
export function TryPanel({ endpoint, search }: PanelProps) {
  const navigate = useNavigate({ from: '/serving/$endpoint' });
  return (
    <RecordPanel
      endpoint={endpoint}
      asked={search}
      ask={(asked) =>
        void navigate({
          search: (before) => present<EndpointSearch>({ ...before, ...asked }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}
