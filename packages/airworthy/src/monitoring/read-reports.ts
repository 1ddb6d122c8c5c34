import type { Context } from '../store/ports.ts';
import type { Width, WindowReport } from './schema.ts';

export interface ReportQuery {
  endpoint: string;
  version?: number | undefined;
  kind?: WindowReport['kind'] | undefined;
  width?: Width | undefined;
  /** Windows that end after `from` and at `to` or before, in milliseconds since the epoch. */
  from?: number | undefined;
  to?: number | undefined;
  /** The last one of the page before. */
  before?: Pick<WindowReport, 'end' | 'start' | 'model' | 'version' | 'kind'> | undefined;
  limit?: number | undefined;
}

const MOST = 100;

/** What windows showed when they closed, or when their labels had matured; the newest first. */
export async function readReports(context: Context, query: ReportQuery): Promise<WindowReport[]> {
  const { endpoint, version, kind, width, from, to, before, limit = MOST } = query;
  let rows = context.store.database.sql
    .selectFrom('window_report')
    .select('report_json')
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint);
  if (version !== undefined) rows = rows.where('version', '=', version);
  if (kind !== undefined) rows = rows.where('kind', '=', kind);
  if (width !== undefined) rows = rows.where('width', '=', width);
  if (from !== undefined) rows = rows.where('ended_at', '>', from);
  if (to !== undefined) rows = rows.where('ended_at', '<=', to);
  if (before !== undefined) {
    const { end, start, model, version: number, kind: last } = before;
    rows = rows.where((eb) =>
      eb(
        eb.refTuple('ended_at', 'start', 'model', 'version', 'kind'),
        '<',
        eb.tuple(end, start, model, number, last),
      ),
    );
  }
  const found = await rows
    .orderBy('ended_at', 'desc')
    .orderBy('start', 'desc')
    .orderBy('model', 'desc')
    .orderBy('version', 'desc')
    .orderBy('kind', 'desc')
    .limit(limit)
    .execute();
  return found.map(({ report_json }) => JSON.parse(report_json));
}
