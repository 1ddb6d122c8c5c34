import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, openApp } from '../../src/app.ts';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { type AskedServer, serveApp } from '../../src/http/testing/serve-app.ts';
import { createVirtualClock } from '../../src/kernel/clock.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { listAlerts } from '../../src/monitoring/index.ts';
import { type HookServer, openHookServer } from '../../src/monitoring/testing/hook-server.ts';
import { createTinyProject, PARCELS, type TinyProject } from './tiny-project.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PARCEL = { weight: 5, distance: 100, carrier: 'road' };
const NONE = { matched: 0, waiting: 0, corrected: 0, unchanged: 0, expired: 0 };
const log = createLogger('silent');

let project: TinyProject;

before(async () => {
  project = createTinyProject({ trials: 1 });
  configure();
  await using app = await openApp({ folder: project.folder });
  await app.ship();
});

after(() => project[Symbol.dispose]());

function configure(monitoring = '{}'): void {
  writeFileSync(
    join(project.folder, 'airworthy.config.ts'),
    `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['linear'], budget: { trials: 1, seconds: 600 } },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'better-than' }] },
  monitoring: ${monitoring},
});
`,
  );
}

async function serve(): Promise<{ app: App; server: AskedServer } & AsyncDisposable> {
  const app = await openApp({ folder: project.folder, log });
  const server = await serveApp(app);
  return {
    ...{ app, server },
    async [Symbol.asyncDispose]() {
      await server.close();
      await app.close();
    },
  };
}

const LABELS = '/api/v1/endpoints/parcels/labels';

async function countKept({ context }: App): Promise<number> {
  return (await context.store.database.sql.selectFrom('label').select('id').execute()).length;
}

test('labels over HTTP that do not fit get a typed error, and nothing of their request is kept', async () => {
  await using served = await serve();
  const { app, server } = served;
  const { predictionId: prediction } = (await (
    await server.post('/predict/parcels', PARCEL)
  ).json()) as Record<string, string>;
  const good = { prediction, value: true };
  const tomorrow = Date.now() + DAY;
  const cases: [path: string, body: unknown, status: number, code: string, message: RegExp][] = [
    [
      '/api/v1/endpoints/parcel/labels',
      { labels: [good] },
      404,
      'ENDPOINT_NOT_FOUND',
      /did you mean "parcels"/,
    ],
    [LABELS, { labels: [good, { prediction, value: 'late' }] }, 400, 'LABEL_INVALID', /labels\[1\].*"late"/],
    [LABELS, { labels: [good, { prediction, value: 7 }] }, 400, 'LABEL_INVALID', /labels\[1\].*value 7/],
    [LABELS, { labels: [good, { prediction, value: null }] }, 400, 'LABEL_INVALID', /labels\[1\].*null/],
    [LABELS, { labels: [good, { prediction, value: {} }] }, 400, 'LABEL_INVALID', /labels\[1\]/],
    [LABELS, { labels: [good, { ...good, knownAt: tomorrow }] }, 400, 'LABEL_INVALID', /in the future/],
    [LABELS, { labels: [good, { ...good, knownAt: 'soon' }] }, 400, 'LABEL_INVALID', /knownAt "soon"/],
    [LABELS, { labels: [good, { ...good, knownAt: 1e300 }] }, 400, 'LABEL_INVALID', /labels\[1\]/],
    [LABELS, { labels: [good, { value: true, key: { order: 1 } }] }, 400, 'LABEL_INVALID', /declares none/],
    [LABELS, { labels: [good, { value: true }] }, 400, 'LABEL_INVALID', /a prediction or a key/],
    [LABELS, { labels: [good, { ...good, colour: 'red' }] }, 400, 'BAD_ARGUMENT', /colour/],
    [LABELS, { labels: [good, 7] }, 400, 'BAD_ARGUMENT', /labels/],
    [LABELS, { labels: [] }, 400, 'BAD_ARGUMENT', /labels/],
    [LABELS, [], 400, 'BAD_ARGUMENT', /./],
    [LABELS, { labels: Array(10_001).fill(good) }, 413, 'LABELS_TOO_MANY', /10,001 labels.*at most 10,000/],
    [LABELS, { labels: Array(200_000).fill(good) }, 413, 'BODY_TOO_LARGE', /./],
  ];
  for (const [path, body, status, code, message] of cases) {
    const answer = await server.post(path, body);
    const text = await answer.text();
    const { error } = JSON.parse(text) as { error: { code: string; message: string; remedy: string } };
    assert.deepEqual([answer.status, error.code], [status, code], text.slice(0, 500));
    assert.match(error.message, message);
    assert.ok(error.remedy.length > 0 && text.length < 5_000, text.slice(0, 500));
  }
  assert.equal(await countKept(app), 0);
  assert.equal((await server.post(LABELS, { labels: Array(10_000).fill(good) })).status, 200);
  assert.equal(await countKept(app), 1, 'the same label 10,000 times is one');
});

test('what is older than anything kept is taken and of no effect; a time is the same in any zone', async () => {
  await using served = await serve();
  const send = async (...labels: object[]) => {
    const answer = await served.server.post(LABELS, { labels });
    assert.equal(answer.status, 200);
    return answer.json();
  };
  const old = { prediction: 'b'.repeat(32), value: true };
  const receipt = await send(
    { ...old, knownAt: '2025-03-30T02:30:00+01:00' },
    { ...old, knownAt: '2025-03-30T03:30:00+02:00' },
    { ...old, knownAt: '2025-03-29T21:30:00-04:00' },
    { ...old, knownAt: Date.UTC(2025, 2, 30, 1, 30) },
    { ...old, knownAt: '0001-01-01T00:00:00Z', prediction: 'c'.repeat(32) },
  );
  assert.deepEqual(receipt, { ...NONE, received: 5, unchanged: 3, expired: 2 });
});

test('labels of a file that do not fit are named by their line; what was recorded before them is said', async () => {
  const write = (name: string, lines: string[]) => {
    writeFileSync(join(project.folder, name), lines.join('\n'));
    return name;
  };
  const run = (argv: readonly string[], input = '') =>
    runCommandLine([...argv, '--json'], { cwd: project.folder, input });
  const id = (number: number) => number.toString(16).padStart(32, 'd');
  const tomorrow = new Date(Date.now() + DAY).toISOString();
  const cases: [argv: string[], input: string, message: RegExp][] = [
    [['label', '-', '--endpoint', 'parcel'], `prediction,value\n${id(1)},true`, /did you mean \\"parcels\\"/],
    [['label', '-'], `prediction,value\r\n${id(1)},true\r\n${id(2)},late\r\n`, /standard input, line 3 has/],
    [['label', '-'], `{"prediction":"${id(1)}","value":0}`, /line 1 has the value 0/],
    [['label', '-'], `prediction,value,knownAt\n${id(1)},true,${tomorrow}`, /line 2 .*in the future/],
    [['label', '-'], `{"prediction":"${id(1)}","value":true}\nnot json`, /line 2 is not JSON/],
    [['label', '-'], `prediction,value\n${id(1)},true\n\0\0,\0`, /line 3/],
    [['label', '-', '--by', 'key'], 'order,value\n1,true', /declares none/],
  ];
  for (const [argv, input, message] of cases) {
    const outcome = await run(argv, input);
    assert.equal(outcome.code, 2, outcome.out + outcome.err);
    assert.match(outcome.out, message);
    assert.doesNotMatch(outcome.out, /"INTERNAL"/);
  }
  const lines = Array.from({ length: 10_500 }, (_, index) => `${id(index)},true,2026-01-01T00:00:00Z`);
  lines[10_200] = `${id(10_200)},perhaps,2026-01-01T00:00:00Z`;
  const file = write('many.csv', ['prediction,value,knownAt', ...lines]);
  const outcome = await run(['label', file]);
  assert.equal(outcome.code, 2);
  assert.match(
    outcome.out,
    /many.csv, line 10202 has the value \\"perhaps\\".*10,000 labels before that batch/,
  );
  lines[10_200] = `${id(10_200)},false,2026-01-01T00:00:00Z`;
  write('many.csv', ['prediction,value,knownAt', ...lines]);
  const mended = await run(['label', file]);
  assert.equal(mended.json<{ unchanged: number }>().unchanged, 10_000, 'the same command again goes on');
});

/** Parcels of which half do not fit, in an hour; the page that follows is queued two hours later. */
async function serveBadly(app: App, at: { moveTo(time: number): void }, hour: number): Promise<void> {
  at.moveTo(hour);
  const endpoints = await app.endpoints();
  for (let index = 0; index < 30; index++) {
    await endpoints.predict('parcels', [PARCEL]);
    await assert.rejects(endpoints.predict('parcels', [{ ...PARCEL, carrier: 7 }]), {
      code: 'RECORD_INVALID',
    });
  }
  await endpoints.flush();
  at.moveTo(hour + 2 * HOUR);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 5_000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `not within 5 s: ${holds}`);
    await pause(10);
  }
}

const channelsTo = (...hooks: HookServer[]) =>
  `{ channels: ${JSON.stringify(hooks.map(({ address }) => ({ kind: 'webhook', url: address, allowPrivate: true })))} }`;

test('hooks that hang, fail and lead elsewhere hold up neither the server nor each other, and lose nothing', async () => {
  let broken = true;
  const answers = (bad: (response: ServerResponse) => void) =>
    openHookServer((response) => (broken ? bad(response) : void response.end()));
  await using elsewhere = await openHookServer();
  await using hanging = await answers(() => {});
  await using failing = await answers((response) => response.writeHead(500).end());
  await using leading = await answers((response) =>
    response.writeHead(302, { location: elsewhere.address }).end(),
  );
  const hooks = [hanging, failing, leading];
  configure(channelsTo(...hooks));
  const start = Date.UTC(2026, 0, 5, 9);
  const clock = createVirtualClock(start);
  const options = { folder: project.folder, dataFolder: join(project.folder, 'hooked'), clock, log };
  {
    await using app = await openApp(options);
    await app.ship();
    await serveBadly(app, clock, start);
    const began = performance.now();
    await app.watch();
    await until(() => hooks.every(({ received }) => received.length === 1));
    const endpoints = await app.endpoints();
    await endpoints.predict('parcels', [PARCEL]);
    await app.watch();
    const { alerts } = await listAlerts(app.context, { endpoint: 'parcels' });
    assert.deepEqual(
      alerts.map(({ kind }) => kind),
      ['invalid-requests'],
    );
    await app.close();
    assert.ok(performance.now() - began < 5_000, 'nobody waited for the hook that hangs');
  }
  broken = false;
  clock.moveTo(clock.now() + HOUR);
  await using again = await openApp(options);
  await again.watch();
  await until(() => hooks.every(({ received }) => received.length === 2));
  for (const { received } of hooks) {
    const [first, second] = received.map(({ headers }) => headers['webhook-id']);
    assert.equal(first, second);
  }
  assert.equal(elsewhere.received.length, 0);
});

test('a clock that was a year ahead and is set back holds up no alert', async () => {
  let broken = true;
  await using hook = await openHookServer((response) => response.writeHead(broken ? 500 : 200).end());
  configure(channelsTo(hook));
  const start = Date.UTC(2026, 0, 5, 9);
  const clock = createVirtualClock(start + 365 * DAY);
  const dataFolder = join(project.folder, 'ahead');
  await using app = await openApp({ folder: project.folder, dataFolder, clock, log });
  await app.ship();
  await serveBadly(app, clock, start + 365 * DAY);
  await app.watch();
  await until(() => hook.received.length === 1);
  // Two clean hours resolve it, a year ahead.
  const endpoints = await app.endpoints();
  for (const hour of [3, 4]) {
    clock.moveTo(start + 365 * DAY + hour * HOUR);
    await endpoints.predict('parcels', Array(60).fill(PARCEL));
  }
  clock.moveTo(start + 365 * DAY + 6 * HOUR);
  await app.watch();
  const stateOfAlerts = async () =>
    (await listAlerts(app.context, { endpoint: 'parcels' })).alerts.map(
      ({ kind, state }) => `${kind} ${state}`,
    );
  assert.deepEqual(await stateOfAlerts(), ['invalid-requests resolved']);

  await until(() => hook.received.length === 2);
  broken = false;
  await serveBadly(app, clock, start);
  await app.watch();
  assert.deepEqual((await stateOfAlerts()).toSorted(), [
    'invalid-requests open',
    'invalid-requests resolved',
  ]);
  await until(async () => {
    await app.watch();
    const waiting = app.context.store.database.sql.selectFrom('notification').select('id');
    return (await waiting.where('state', '=', 'waiting').execute()).length === 0;
  });
  const told = hook.received.map(({ body }) => JSON.parse(body).type);
  assert.deepEqual([...new Set(told)].toSorted(), ['alert.opened', 'alert.resolved']);
  assert.ok(told.filter((type) => type === 'alert.opened').length >= 2);
});
