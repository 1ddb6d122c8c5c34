import type { PanelProps } from '../serving/endpoint-page.tsx';
import { AlertTable } from './alert-table.tsx';

/** Every alert of an endpoint, the newest first. */
export function AlertsPanel({ endpoint }: PanelProps) {
  return <AlertTable endpoint={endpoint.endpoint} />;
}
