import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type TestContext, testContext } from '../../../test/test-context.ts';
import { saveAlert } from '../../monitoring/alerts/alert-rows.ts';
import type { Alert } from '../../monitoring/index.ts';
import {
  DAY_MS,
  ENDPOINT,
  flights,
  HOUR_MS,
  MONDAY,
  type Watched,
  watchEndpoint,
  withClock,
} from '../../monitoring/testing/watched-endpoint.ts';
import { type AskedServer, serveEndpoints } from '../testing/serve-app.ts';
import { testProject } from '../testing/test-project.ts';
import { MONITORING_OPERATIONS } from './monitoring-operations.ts';
import type { OverviewAnswer, Page, PeriodAnswer, SeriesAnswer } from './schema.ts';

const QUIET = { toldSeverity: null, muted: null, resolution: null };
const DETAILS = { signals: [], subjects: [], firstSeen: MONDAY, severity: 1, ...QUIET };
const ALERT: Alert = {
  ...{ id: 'a'.repeat(32), endpoint: ENDPOINT, model: ENDPOINT, version: 1, arm: 'champion' },
  ...{ tier: 'ticket', kind: 'score-drift', state: 'open', title: 'The score has moved.' },
  evidence: { columns: [], effect: 1, threshold: 1, n: 1, windows: [], details: DETAILS },
  ...{ openedAt: MONDAY, lastSeenAt: MONDAY, resolvedAt: null },
};

describe('three watched days, read', () => {
  let store: TestContext;
  let watched: Watched;
  let server: AskedServer;

  before(async () => {
    store = testContext();
    const context = withClock(store);
    watched = await watchEndpoint(context);
    for (let hour = 0; hour < 72; hour += 6) {
      context.clock.time = MONDAY + hour * HOUR_MS;
      await watched.endpoints.predict(ENDPOINT, flights(250, hour));
    }
    await watched.endpoints.flush();
    context.clock.time = MONDAY + 3 * DAY_MS + HOUR_MS;
    await watched.monitor.closeWindows();
    await context.store.database.write((sql) => saveAlert(context, sql, ALERT));
    server = await serveEndpoints({ context, project: testProject(), endpoints: watched.endpoints });
  });
  after(async () => {
    await server?.close();
    await watched?.close();
    await store?.[Symbol.asyncDispose]();
  });

  const get = async <Answer>(path: string): Promise<Answer> => {
    const answer = await server.get<Answer>(path);
    const pattern = (of: string) => new RegExp(`^${of.replaceAll(/:\w+/g, '[^/]+')}$`);
    const asked = MONITORING_OPERATIONS.find(
      (operation) => operation.method === 'GET' && pattern(operation.path).test(path.split('?', 1)[0]),
    );
    assert.equal(asked?.answer.safeParse(answer).error, undefined, path);
    return answer;
  };

  test('the time line goes back four weeks, in days; or where it is asked to, in hours', async () => {
    const { items } = await get<SeriesAnswer>(`/endpoints/${ENDPOINT}/series`);
    assert.deepEqual(
      items.map(({ start, predictions }) => [start, predictions]),
      [0, 1, 2].map((day) => [MONDAY + day * DAY_MS, 1_000]),
    );
    const from = new Date(MONDAY + DAY_MS).toISOString();
    const hours = await get<SeriesAnswer>(
      `/endpoints/${ENDPOINT}/series?step=hour&from=${from}&to=${MONDAY + 2 * DAY_MS}`,
    );
    assert.equal(hours.items.length, 4);
  });

  test('a period has each column’s reference and present distribution in the same, named places', async () => {
    const { columns, predictions, version } = await get<PeriodAnswer>(`/endpoints/${ENDPOINT}/period`);
    assert.deepEqual([predictions, version], [3_000, 1]);
    const origin = columns.find(({ column }) => column === 'origin');
    assert.ok(origin?.places.some(({ label, reference, current }) => label === 'ORD' && reference > current));
    const sum = columns.map(({ places }) => places.reduce((all, { current }) => all + current, 0));
    assert.ok(sum.every((current) => current === 3_000));
  });

  test('reports come in pages that hold each once', async () => {
    const path = `/endpoints/${ENDPOINT}/reports`;
    const all = (await get<Page<{ end: number }>>(path)).items;
    assert.ok(all.length >= 3);
    const paged: { end: number }[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: Page<{ end: number }> = await get(`${path}?limit=1${next && `&after=${next}`}`);
      paged.push(...page.items);
      next = page.next;
    }
    assert.deepEqual(paged, all);
    assert.equal((await get<Page<object>>(`${path}?kind=matured`)).items.length, 0);
  });

  test('an alert is listed, seen, and shows in the overview until then and after', async () => {
    const shown = async () => {
      const { stages, alerts } = await server.get<OverviewAnswer>('/overview');
      return [stages[6].state, stages[6].fact, alerts.ticket, alerts.newest[0].state];
    };
    assert.deepEqual(await shown(), ['attention', ALERT.title, 1, 'open']);
    assert.deepEqual((await get<Page<Alert>>('/alerts?state=open&tier=ticket')).items, [ALERT]);
    assert.deepEqual(await get(`/alerts/${ALERT.id}`), ALERT);
    const path = `/api/v1/alerts/${ALERT.id}/acknowledge`;
    assert.equal((await server.post(path, { action: 'seen' })).status, 400);
    const seen = await server.post(path, { action: 'seen', reason: 'looking' });
    assert.equal(((await seen.json()) as Alert).state, 'acknowledged');
    assert.deepEqual(await shown(), ['attention', ALERT.title, 1, 'acknowledged']);
    assert.deepEqual((await get<Page<Alert>>('/alerts?state=open')).items, []);
  });

  test('maintenance is declared for an endpoint that there is', async () => {
    const body = { startsAt: MONDAY, endsAt: MONDAY + HOUR_MS, reason: 'new feed' };
    const declared = await server.post(`/api/v1/endpoints/${ENDPOINT}/maintenance`, body);
    assert.equal(declared.status, 200, await declared.text());
    assert.equal((await server.post('/api/v1/endpoints/other/maintenance', body)).status, 404);
  });

  test('what is not there, and what is asked wrongly, says so', async () => {
    const refused: [path: string, status: number, code: string][] = [
      ['/endpoints/other/series', 404, 'ENDPOINT_NOT_FOUND'],
      ['/endpoints/other/period', 404, 'ENDPOINT_NOT_FOUND'],
      [`/endpoints/${ENDPOINT}/series?step=year`, 400, 'BAD_ARGUMENT'],
      [`/endpoints/${ENDPOINT}/series?from=2001-01-01`, 400, 'BAD_ARGUMENT'],
      [`/endpoints/${ENDPOINT}/reports?after=1`, 400, 'BAD_ARGUMENT'],
      ['/alerts?state=red', 400, 'BAD_ARGUMENT'],
      ['/alerts?after=x', 400, 'BAD_ARGUMENT'],
      ['/alerts/none', 404, 'ALERT_NOT_FOUND'],
    ];
    for (const [path, status, code] of refused) {
      const answer = await server.ask(`/api/v1${path}`);
      const { error } = (await answer.json()) as { error: { code: string } };
      assert.deepEqual([answer.status, error.code], [status, code], path);
    }
  });
});
