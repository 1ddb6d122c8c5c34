import { z } from 'zod';
import {
  AcknowledgeAlert,
  AddMaintenance,
  acknowledgeAlert,
  addMaintenance,
  getAlert,
  ListAlerts,
  listAlerts,
  Maintenance,
  readPeriod,
  readReports,
  readSeries,
  Width,
  WindowReport,
} from '../../monitoring/index.ts';
import type { DoorDependencies } from '../door.ts';
import { EndpointParams, requireStatus } from './endpoint-operations.ts';
import { type Operation, operation } from './operation.ts';
import { Moment, paging, readCursor, toPage, VersionNumber, writeCursor } from './query.ts';
import { AlertAnswer, AlertsAnswer, PeriodAnswer, ReportsAnswer, SeriesAnswer } from './schema.ts';

/** How far back a time line goes where nobody says. */
const DEFAULT_SPAN_MS = 28 * 24 * 60 * 60 * 1_000;

const span = {
  from: Moment.optional().describe('Four weeks before `to` where absent.'),
  to: Moment.optional().describe('Now where absent; not in the time itself.'),
};
const AlertParams = z.strictObject({ alert: z.string().min(1).max(100) });
/** Where a page of reports ended. */
const Reported = WindowReport.pick({ end: true, start: true, model: true, version: true, kind: true });

const series = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/series',
  id: 'readSeries',
  summary: 'An endpoint’s time line: traffic, latency, the primary metric with and without labels.',
  params: EndpointParams,
  query: z.strictObject({ ...span, step: Width.default('day') }),
  answer: SeriesAnswer,
  async run(dependencies, { params: { endpoint }, query }) {
    const { context, endpoints, project } = dependencies;
    requireStatus(endpoints, endpoint);
    const config = project.config.monitoring;
    const items = await readSeries(context, {
      ...{ endpoint, step: query.step, config },
      ...spanOf(dependencies, query),
    });
    return { items };
  },
});

const period = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/period',
  id: 'readPeriod',
  summary: 'What a stretch of time showed of one version, with the distributions behind it.',
  params: EndpointParams,
  query: z.strictObject({ ...span, version: VersionNumber.optional() }),
  answer: PeriodAnswer,
  async run(dependencies, { params: { endpoint }, query }) {
    const { context, endpoints, project } = dependencies;
    requireStatus(endpoints, endpoint);
    return readPeriod(context, {
      ...{ endpoint, version: query.version, config: project.config.monitoring },
      ...spanOf(dependencies, query),
    });
  },
});

const reports = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/reports',
  id: 'listReports',
  summary: 'What windows showed when they closed, and when their labels had matured; newest first.',
  params: EndpointParams,
  query: z.strictObject({
    ...paging,
    from: Moment.optional(),
    to: Moment.optional(),
    kind: WindowReport.shape.kind.optional(),
    width: Width.optional(),
    version: VersionNumber.optional(),
  }),
  answer: ReportsAnswer,
  async run({ context, endpoints }, { params: { endpoint }, query: { limit, after, ...query } }) {
    requireStatus(endpoints, endpoint);
    const before = readCursor(after, Reported);
    const found = await readReports(context, { endpoint, ...query, before, limit: limit + 1 });
    return toPage(found, limit, ({ end, start, model, version, kind }) =>
      writeCursor({ end, start, model, version, kind }),
    );
  },
});

const maintenance = operation({
  method: 'POST',
  path: '/endpoints/:endpoint/maintenance',
  id: 'addMaintenance',
  summary: 'Declares a time in which nobody is told about an endpoint.',
  params: EndpointParams,
  body: AddMaintenance.omit({ endpoint: true }),
  answer: Maintenance,
  async run({ context, endpoints }, { params: { endpoint }, body }) {
    requireStatus(endpoints, endpoint);
    return addMaintenance(context, { endpoint, ...body });
  },
});

const list = operation({
  method: 'GET',
  path: '/alerts',
  id: 'listAlerts',
  summary: 'Alerts, newest first.',
  query: z.strictObject({
    ...paging,
    ...ListAlerts.pick({ endpoint: true, state: true, tier: true }).shape,
  }),
  answer: AlertsAnswer,
  async run({ context }, { query }) {
    const { alerts, next } = await listAlerts(context, query);
    return { items: alerts, next: next ?? null };
  },
});

const show = operation({
  method: 'GET',
  path: '/alerts/:alert',
  id: 'getAlert',
  summary: 'An alert with its evidence.',
  params: AlertParams,
  answer: AlertAnswer,
  run: ({ context }, { params }) => getAlert(context, params.alert),
});

const acknowledge = operation({
  method: 'POST',
  path: '/alerts/:alert/acknowledge',
  id: 'acknowledgeAlert',
  summary: 'Answers an alert: somebody looks after it, or what it shows is the new reference.',
  params: AlertParams,
  body: AcknowledgeAlert.omit({ id: true }),
  answer: AlertAnswer,
  run: ({ context }, { params, body }) => acknowledgeAlert(context, { id: params.alert, ...body }),
});

export const MONITORING_OPERATIONS: readonly Operation[] = [
  series,
  period,
  reports,
  maintenance,
  list,
  show,
  acknowledge,
];

function spanOf(
  { context }: DoorDependencies,
  { from, to = context.clock.now() }: { from?: number | undefined; to?: number | undefined },
): { from: number; to: number } {
  return { from: from ?? to - DEFAULT_SPAN_MS, to };
}
