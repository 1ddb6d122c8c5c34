import type { Context } from '../../store/ports.ts';
import { toAlert } from '../alerts/alert-rows.ts';
import type { AlertChange } from '../alerts/announce-alerts.ts';
import type { MonitoringConfig } from '../schema.ts';
import { resolveIncident } from './decide-incident.ts';
import { saveIncidents } from './update-incidents.ts';

/** Resolves what is open about versions that no longer serve at an endpoint that serves another. */
export async function resolveRetired(context: Context, config: MonitoringConfig): Promise<AlertChange[]> {
  const { project, store } = context;
  const retired = await store.database.sql
    .selectFrom('alert')
    .selectAll()
    .where('project', '=', project)
    .where('state', '!=', 'resolved')
    .where(({ exists, not, selectFrom }) => {
      const serving = selectFrom('deployment')
        .select('deployment.id')
        .whereRef('deployment.project', '=', 'alert.project')
        .whereRef('deployment.endpoint', '=', 'alert.endpoint')
        .where('deployment.ended_at', 'is', null);
      const sameVersion = serving
        .whereRef('deployment.model', '=', 'alert.model')
        .whereRef('deployment.version', '=', 'alert.version');
      return exists(serving).and(not(exists(sameVersion)));
    })
    .execute();
  if (retired.length === 0) return [];
  const now = context.clock.now();
  const changes = retired.map((row) => resolveIncident(toAlert(row), now, 'another version serves now'));
  return store.database.write((sql) => saveIncidents(context, sql, changes, config));
}
