import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type App, openApp } from '../../src/app.ts';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import {
  annotateItem,
  createReviewQueue,
  exportReviewQueue,
  nextReviewItem,
} from '../../src/evaluation/index.ts';
import {
  addReviewItems,
  curatedVersion,
  type LabelSettings,
  labelRules,
  recordFeedback,
  recordLabels,
} from '../../src/feedback/index.ts';
import { createVirtualClock } from '../../src/kernel/clock.ts';
import { forgetSubject } from '../../src/lifecycle/forgetting/forget-subject.ts';
import type { Erasure } from '../../src/lifecycle/forgetting/schema.ts';
import { createRandom } from '../../src/stats/random.ts';
import { verifyAudit } from '../../src/store/audit.ts';
import type { Context, Database } from '../../src/store/ports.ts';
import { ingestSpans, openPseudonyms } from '../../src/tracking/index.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject, PARCELS, type TinyProject } from '../e2e/tiny-project.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = Date.UTC(2026, 2, 2);
const [ANN, BOB] = ['ann@example.org', 'bob@example.org'];
/** What only she says and has. */
const SECRETS = ['tricycle-of-ann', 'what ann asked for', 'ann was not pleased', 'ANN-PARCEL'];
const CONFIG = `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['linear'], budget: { trials: 1, seconds: 600 } },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.5 }] },
  serving: { key: ['parcel'] },
  feedback: { improve: { triggers: [{ on: 'labels', count: 100 }], judgeDays: 1, minimumRows: 50, base: false } },
});
`;

/** Parcels of two people over two days, an hour apart by eight, labelled; a model that learnt from them serves. */
async function serveTwoPeople(project: TinyProject): Promise<string[]> {
  writeFileSync(join(project.folder, 'airworthy.config.ts'), CONFIG);
  const clock = createVirtualClock(BEGIN);
  await using app = await openApp({ folder: project.folder, clock });
  await app.ship();
  const endpoints = await app.endpoints();
  const random = createRandom('people');
  const rules = await labelRules(app.context, 'parcels', app.project.config);
  const ids = new Map<string, string[]>([
    [ANN, []],
    [BOB, []],
  ]);
  for (let hour = 0; hour < 72; hour++) {
    clock.moveTo(BEGIN + hour * HOUR);
    const labels = [];
    for (let parcel = 0; parcel < 8; parcel++) {
      const subject = parcel % 4 === 0 ? ANN : BOB;
      const [weight, distance] = [Math.round(random.next() * 300) / 10, Math.round(random.next() * 1000)];
      const usual = ['road', 'rail', 'boat'][random.integer(3)];
      const record = {
        ...{ weight, distance, carrier: subject === ANN && hour % 10 === 0 ? SECRETS[0] : usual },
        parcel: `${subject === ANN ? SECRETS[3] : 'BOB-PARCEL'}-${hour}-${parcel}`,
      };
      const {
        ids: [id],
      } = await endpoints.predict('parcels', [record], { subject });
      ids.get(subject)?.push(id);
      labels.push({ prediction: id, value: weight * distance > 9000 || usual === 'boat' });
    }
    await endpoints.flush();
    clock.moveTo(BEGIN + hour * HOUR + HOUR / 2);
    await recordLabels(app.context, { ...rules, labels });
    await app.watch();
  }
  await sayMore(app, rules, ids);
  await reviewBoth(
    app.context,
    [...ids.values()].map(([first]) => first),
  );
  clock.moveTo(BEGIN + 4 * DAY);
  await app.watch();
  const improved = await app.improve();
  assert.ok('improvement' in improved, JSON.stringify(improved));
  return [...(ids.get(ANN) ?? [])];
}

/** Traces, comments and items to review of both. */
async function sayMore(
  { context }: App,
  rules: LabelSettings,
  ids: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  for (const [subject, own] of ids) {
    const [first, second] = own;
    const isAnn = subject === ANN;
    await ingestSpans(context, [
      {
        ...{
          traceId: first,
          spanId: 'a'.repeat(16),
          parentId: '',
          traceState: '',
          name: 'turn',
          kind: 'server',
        },
        ...{ started: { us: BEGIN * 1_000, ns: 0 }, ended: { us: BEGIN * 1_000 + 5, ns: 0 } },
        attributes: { 'user.id': subject, 'input.value': isAnn ? SECRETS[1] : 'what bob asked for' },
        ...{ events: [], links: [], status: 'ok', statusMessage: '', dropped: 0 },
        origin: { resource: { 'service.name': 'house' }, scope: { name: 's', version: '', attributes: {} } },
      },
    ]);
    const comment = isAnn ? SECRETS[2] : 'bob was pleased';
    await recordFeedback(context, rules, { kind: 'comment', prediction: first, value: comment });
    await addReviewItems(context, {
      endpoint: 'parcels',
      items: [{ prediction: second, reason: 'triage', probability: 1 }],
    });
  }
}

/** A person's word on one parcel of each, as a dataset. */
async function reviewBoth(context: Context, ids: readonly string[]): Promise<void> {
  const { queue } = await createReviewQueue(context, {
    name: 'parcels',
    questions: [{ name: 'right', kind: 'choice', options: ['yes', 'no'] }],
    items: ids.map((id, index) => ({ case: id, input: index === 0 ? SECRETS[1] : 'bob', output: 'late' })),
  });
  const reviewer = 'carl';
  for (let held = await nextReviewItem(context, { queue: queue.name, reviewer }); held; ) {
    const answers = { right: 'yes' };
    await annotateItem(context, { queue: queue.name, item: held.item.id, reviewer, answers });
    held = await nextReviewItem(context, { queue: queue.name, reviewer });
  }
  await exportReviewQueue(context, { queue: queue.name });
}

/** Files that hold one of these, as text or as the bytes of a UUID, but for the folders left out. */
function filesWith(folder: string, wanted: readonly string[], except: readonly string[] = []): string[] {
  const needles = wanted.flatMap((text) =>
    /^[0-9a-f]{32}$/.test(text)
      ? [Buffer.from(text), Buffer.from(text, 'hex'), Buffer.from(dashed(text))]
      : [Buffer.from(text)],
  );
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => {
    if (except.some((part) => path.includes(part)) || !statSync(join(folder, path)).isFile()) return false;
    const bytes = readFileSync(join(folder, path));
    return needles.some((needle) => bytes.includes(needle));
  });
}

function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

test('of two people one is forgotten: nothing of her is left, he is whole', async (t) => {
  using project = createTinyProject({ rows: 600 });
  const ids = await serveTwoPeople(project);
  const folder = project.dataFolder;
  const pseudonym = await withApp(project, ({ context }) => openPseudonyms(context).then((of) => of(ANN)));
  const wanted = [...SECRETS, ANN, pseudonym, ...ids];
  assert.ok(filesWith(folder, wanted).some((path) => path.endsWith('.db')));
  const bobs = await withApp(project, ({ context }) => recordsOf(context, ids));
  const cli = async <Value>(...argv: string[]): Promise<Value> => {
    const { code, out, err } = await runCommandLine([...argv, '--json'], { cwd: project.folder });
    assert.equal(code, 0, out + err);
    return JSON.parse(out) as Value;
  };

  const planned = await cli<Erasure>('forget', ANN, '--dry-run');
  assert.equal(planned.receipt, null);
  assert.equal(planned.report.erased.predictions, ids.length);
  const { report, receipt } = await cli<Erasure>('forget', ANN, '--reason', 'asked by letter');
  t.diagnostic(JSON.stringify(report.erased));
  t.diagnostic(JSON.stringify(report.datasets));
  for (const kind of ['predictions', 'traces', 'labels', 'feedback', 'reviewItems', 'datasetRows'] as const)
    assert.equal(report.erased[kind], planned.report.erased[kind], kind);
  assert.equal(report.erased.predictions, ids.length);
  assert.equal(report.models.length, 1);
  assert.deepEqual(report.models[0].endpoints, ['parcels']);

  const flagged = [
    ...report.models.map(({ bundle }) => join('bundles', bundle)),
    ...report.kept.flatMap(({ what }) => /sha256 ([0-9a-f]{64})$/.exec(what)?.[1] ?? []),
  ];
  assert.deepEqual(filesWith(folder, wanted, flagged), []);
  assert.deepEqual(await withApp(project, ({ context }) => recordsOf(context, ids)), bobs);
  await withApp(project, async ({ context }) => {
    assert.ok((await verifyAudit(context)).ok);
    const curated = await curatedVersion(context, 'parcels');
    assert.equal(curated?.rows, bobs.outcomes.length - 1);
  });

  assert.ok(receipt);
  const check = await cli<{ isOfPerson: boolean }>('forget', 'verify', receipt.file, '--of', ANN);
  assert.equal(check.isOfPerson, true);
  const altered = readFileSync(receipt.file, 'utf8').replace(/"payload":"./, '"payload":"f');
  writeFileSync(join(project.folder, 'altered.json'), altered);
  const refused = await runCommandLine(['forget', 'verify', 'altered.json'], { cwd: project.folder });
  assert.equal(refused.code, 1);
  const status = await cli<{ endpoints: { containsErased: unknown[] }[] }>('status');
  assert.equal(status.endpoints[0].containsErased.length > 0, true);
  const nobody = await cli<Erasure>('forget', ANN);
  assert.equal(nobody.report.erased.predictions, 0);
});

test('an erasure that dies before any of its writes goes on, and ends as one that nothing befell', async (t) => {
  using project = createTinyProject({ rows: 600 });
  const ids = await serveTwoPeople(project);
  const folders = mkdtempSync(join(tmpdir(), 'airworthy-forget-'));
  t.after(() => rmSync(folders, { recursive: true, force: true }));
  const copy = (name: string) => {
    cpSync(project.dataFolder, join(folders, name), { recursive: true });
    return join(folders, name);
  };
  const undisturbed = await forgetIn(project, copy('undisturbed'), Number.POSITIVE_INFINITY);
  t.diagnostic(`${undisturbed.writes} writes`);
  for (let allowed = 0; allowed < undisturbed.writes; allowed++) {
    const folder = copy(`after-${allowed}`);
    await assert.rejects(forgetIn(project, folder, allowed), /the process is gone/);
    const { report } = await forgetIn(project, folder, Number.POSITIVE_INFINITY);
    const { erased, ids: counted, datasets } = undisturbed.report;
    // Ended by the write that failed last: it was signed, and is not to be found any more.
    assert.deepEqual(report.erased, erased, `broken off after ${allowed} writes`);
    assert.deepEqual(report.ids, counted);
    assert.deepEqual(
      report.datasets.map(({ rows }) => rows),
      datasets.map(({ rows }) => rows),
    );
    const kept = report.kept.flatMap(({ what }) => /[0-9a-f]{64}$/.exec(what)?.[0] ?? []);
    assert.deepEqual(filesWith(folder, [...SECRETS, ANN, ...ids], kept), [], `after ${allowed} writes`);
    rmSync(folder, { recursive: true });
  }
});

/** Forgets her in a process that is gone after so many writes. */
async function forgetIn({ folder }: TinyProject, dataFolder: string, allowed: number) {
  await using app = await openApp({ folder, dataFolder });
  let writes = 0;
  const { store } = app.context;
  const database: Database = {
    ...store.database,
    write(work) {
      if (writes >= allowed) return Promise.reject(new Error('the process is gone'));
      writes++;
      return store.database.write(work);
    },
  };
  const context: Context = { ...app.context, store: { ...store, database } };
  const { report } = await forgetSubject(context, app.project, { subject: ANN }, app);
  return { report, writes };
}

test('a server that has the data folder erases while it serves', async (t) => {
  using project = createTinyProject({ rows: 600 });
  const ids = await serveTwoPeople(project);
  const server = spawnCli(['up', '--port', '0'], project.folder);
  t.after(() => server.child.kill('SIGKILL'));
  const [, address] = await server.sees(/(http:\/\/127\.0\.0\.1:\d+)/);
  const predict = (subject: string) =>
    fetch(`${address}/predict/parcels`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-airworthy-subject': subject },
      body: JSON.stringify({ weight: 1, distance: 2, carrier: SECRETS[0], parcel: 'ANN-PARCEL-new' }),
    });
  assert.equal((await predict(ANN)).status, 200);
  let serving = true;
  const load = (async () => {
    while (serving) assert.equal((await predict(BOB)).status, 200);
  })();
  const forget = spawnCli(['forget', ANN, '--json'], project.folder);
  assert.equal(await forget.ended, 0, forget.output.err);
  serving = false;
  await load;
  const { report } = JSON.parse(forget.output.out) as Erasure;
  assert.equal(report.erased.predictions, ids.length + 1);
  const listed = await fetch(`${address}/api/v1/erasures`);
  assert.equal(((await listed.json()) as { items: unknown[] }).items.length, 1);
  const shown = await fetch(`${address}/api/v1/erasures/${report.id}`);
  assert.deepEqual(((await shown.json()) as { report: unknown }).report, report);
  server.child.kill('SIGTERM');
  await server.ended;
  const again = await runCommandLine(['forget', ANN, '--dry-run', '--json'], { cwd: project.folder });
  assert.equal((JSON.parse(again.out) as Erasure).report.erased.predictions, 0);
});

/** What there is of everybody else. */
async function recordsOf({ store }: Context, except: readonly string[]) {
  const { sql } = store.database;
  const own = new Set(except);
  const others = <Row extends object>(rows: Row[], key: keyof Row) =>
    rows.filter((row) => !own.has(String(row[key])));
  return {
    predictions: others(await sql.selectFrom('prediction').selectAll().orderBy('id').execute(), 'id'),
    labels: others(await sql.selectFrom('label').selectAll().orderBy('id').execute(), 'prediction'),
    outcomes: others(
      await sql.selectFrom('outcome').selectAll().orderBy('prediction').execute(),
      'prediction',
    ),
    feedback: others(await sql.selectFrom('feedback').selectAll().orderBy('id').execute(), 'prediction'),
    spans: others(await sql.selectFrom('span').selectAll().orderBy('trace').execute(), 'trace'),
  };
}

async function withApp<Result>(
  { folder }: TinyProject,
  work: (app: App) => Promise<Result>,
): Promise<Result> {
  await using app = await openApp({ folder });
  return await work(app);
}
