import { z } from 'zod';
import { readOverview } from '../../lifecycle/read-overview.ts';
import { searchProject } from '../../lifecycle/search-project.ts';
import { EndpointStatus } from '../../serving/index.ts';
import { listAudit } from '../../store/audit.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readNumberCursor, toPage } from './query.ts';
import { AuditAnswer, OverviewAnswer, SearchAnswer } from './schema.ts';

const Status = z.strictObject({
  project: z.string(),
  version: z.string(),
  ready: z.boolean(),
  endpoints: z.array(EndpointStatus),
  predictions: z.strictObject({ logged: z.int(), shed: z.int(), repeated: z.int(), queued: z.int() }),
});

const status = operation({
  method: 'GET',
  path: '/status',
  id: 'getStatus',
  summary: 'What serves, since when, on what evidence.',
  answer: Status,
  run: async ({ context, endpoints, version, draining }) => ({
    project: context.project,
    version,
    ready: endpoints.ready() && !draining.aborted,
    endpoints: endpoints.status(),
    predictions: endpoints.predictionCounts(),
  }),
});

const overview = operation({
  method: 'GET',
  path: '/overview',
  id: 'getOverview',
  summary: 'The project at a glance: each stage’s one fact, what serves, what is open.',
  answer: OverviewAnswer,
  run: ({ context, endpoints, project, version }) =>
    readOverview(context, project, { endpoints: endpoints.status(), version }),
});

const search = operation({
  method: 'GET',
  path: '/search',
  id: 'search',
  summary: 'Objects by name, or by the beginning of their id or digest.',
  query: z.strictObject({ q: z.string().trim().min(1).max(200) }),
  answer: SearchAnswer,
  run: async ({ context }, { query }) => ({ items: await searchProject(context, query.q) }),
});

const audit = operation({
  method: 'GET',
  path: '/audit',
  id: 'listAudit',
  summary: 'Who did what, and why; newest first.',
  query: z.strictObject({
    ...paging,
    object: z.string().max(500).optional().describe('Such as `model/flight-delays@champion`.'),
  }),
  answer: AuditAnswer,
  async run({ context }, { query: { limit, after, object } }) {
    const before = readNumberCursor(after);
    const entries = await listAudit(context, { object, before, limit: limit + 1 });
    return toPage(entries, limit, (entry) => entry.sequence);
  },
});

export const OVERVIEW_OPERATIONS: readonly Operation[] = [status, overview, search, audit];
