import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTinyProject, type TinyProject } from '../../../test/e2e/tiny-project.ts';
import { type App, openApp } from '../../app.ts';
import { type AskedServer, serveApp } from '../testing/serve-app.ts';
import { OPERATIONS } from './operations.ts';
import type { ModelVersionAnswer, OverviewAnswer, Page } from './schema.ts';

describe('a shipped project, read', () => {
  let project: TinyProject;
  let app: App;
  let server: AskedServer;

  before(async () => {
    project = createTinyProject();
    app = await openApp({ folder: project.folder });
    await app.ship();
    server = await serveApp(app);
  });
  after(async () => {
    await server?.close();
    await app?.close();
    project?.[Symbol.dispose]();
  });

  const first = async <Item>(path: string): Promise<Item> => {
    const { items } = await server.get<Page<Item>>(path);
    return items[0];
  };

  test('the overview has the eight stages in order, each with its fact and where it leads', async () => {
    const { stages, serving, project: name } = await server.get<OverviewAnswer>('/overview');
    assert.equal(name, 'parcels');
    assert.deepEqual(
      stages.map(({ stage, state }) => `${stage}: ${state}`),
      [
        'data: ok',
        'tracking: ok',
        'training: ok',
        'evaluation: ok',
        'registry: ok',
        'serving: ok',
        'monitoring: empty',
        'feedback: empty',
      ],
    );
    assert.match(stages[0].fact, /^parcels version 1 has 400 rows/);
    assert.match(stages[1].fact, /^4 runs; the newest, training on version 1, finished\.$/);
    assert.match(stages[2].fact, /best of 3 trials: log-loss 0\.\d+ \[/);
    assert.match(stages[3].fact, /^Pass: ROC-AUC is .* better than that of the majority baseline/);
    assert.deepEqual(stages[3].to, { kind: 'model-version', model: 'parcels', number: 1 });
    assert.equal(stages[5].fact, 'Version 1 of parcels serves parcels.');
    assert.match(serving[0].answer, /^Version 1 of parcels serves since .* UTC\. Pass: ROC-AUC/);
  });

  test('a dataset version tells its profile, its splits and what was made of it', async () => {
    const version = await server.get('/datasets/parcels/versions/1');
    const { splits, usedBy, profile } = version as Record<string, never> & {
      splits: { roles: object }[];
      usedBy: { runs: object[]; models: { model: string; number: number; endpoints: string[] }[] };
      profile: { columns: { histogram?: object }[] };
    };
    assert.deepEqual(splits[0].roles, { train: 280, test: 120 });
    assert.equal(usedBy.runs.length, 1);
    const [{ model, number, endpoints }] = usedBy.models;
    assert.deepEqual([model, number, endpoints], ['parcels', 1, ['parcels']]);
    assert.ok(profile.columns.some((column) => column.histogram !== undefined));
  });

  test('a model version is traced from files and commit to what serves', async () => {
    const version = await server.get<ModelVersionAnswer>('/models/parcels/versions/1');
    const { lineage, card, verdicts, evaluation, files, size, deployments } = version;
    assert.deepEqual(
      lineage.map((step) => step.kind),
      ['files', 'dataset-version', 'split', 'run', 'bundle', 'model-version', 'deployment'],
    );
    assert.match(lineage[0].detail, /^400 rows read/);
    assert.equal(lineage[2].detail, '280 rows to train on, 120 held back');
    assert.equal(lineage[5].detail, 'champion');
    assert.equal(card?.model_details.name, 'parcels');
    assert.equal(verdicts[0].outcome, 'pass');
    assert.ok(evaluation?.calibration.equalMass.length);
    assert.equal(
      size,
      files.reduce((sum, file) => sum + file.size, 0),
    );
    assert.equal(deployments[0].endedAt, null);
    assert.equal(version.metric?.name, evaluation?.primary);
  });

  test('an endpoint gives an example record that it answers', async () => {
    const { example, primary, signature } = await server.get<{
      example: object;
      primary: { name: string; higherIsBetter: boolean };
      signature: { fields: object[] };
    }>('/endpoints/parcels');
    assert.deepEqual([primary.name, primary.higherIsBetter], ['log-loss', false]);
    assert.equal(signature.fields.length, 3);
    assert.equal((await server.post('/predict/parcels', example)).status, 200);
  });

  test('every GET answers as its schema says', async () => {
    const run = await first<{ id: string }>('/runs?parent=none');
    const metrics = (await server.get<{ metrics: { key: string }[] }>(`/runs/${run.id}`)).metrics;
    const { id: prediction } = await server.predict();
    const explained = await server.post('/api/v1/explanations', { model: 'parcels', method: 'pdp' });
    const { id: explanation } = (await explained.json()) as { id: string };
    const named: Record<string, string> = {
      dataset: 'parcels',
      model: 'parcels',
      endpoint: 'parcels',
      number: '1',
      run: run.id,
      key: metrics[0].key,
      id: prediction,
      explanation,
      suite: 'none',
    };
    const query: Record<string, string> = {
      search: '?q=parcels',
      diffDatasetVersions: '?from=1',
      compareRuns: `?run=${run.id}`,
      getMetricCurves: `?run=${run.id}&key=${metrics[0].key}`,
      listViews: '?page=runs',
    };
    const asked = OPERATIONS.filter(({ method, path }) => {
      const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      return method === 'GET' && names.every((name) => name in named);
    });
    assert.ok(asked.length >= 18, `${asked.length} operations asked`);
    for (const { path, id, answer } of asked) {
      const address = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(named[name]));
      const given = await server.get(`${address}${query[id] ?? ''}`);
      const { error } = answer.safeParse(given);
      assert.equal(error, undefined, `${id}: ${error?.message}`);
    }
  });

  test('lists come in pages that hold everything once', async () => {
    const all = (await server.get<Page<{ id: string }>>('/runs')).items.map(({ id }) => id);
    const paged: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: Page<{ id: string }> = await server.get(`/runs?limit=1${next && `&after=${next}`}`);
      paged.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    assert.deepEqual(paged, all);
    const { items, next } = await server.get<Page<{ sequence: number }>>('/audit?limit=2');
    const later = await server.get<Page<{ sequence: number }>>(`/audit?limit=1&after=${next}`);
    assert.equal(items[1].sequence - 1, later.items[0].sequence);
  });

  test('a search finds by name, by the beginning of a digest, and nothing by a wildcard', async () => {
    const kindsOf = async (text: string) => {
      const { items } = await server.get<{ items: { to: { kind: string } }[] }>(`/search?q=${text}`);
      return new Set(items.map(({ to }) => to.kind));
    };
    assert.deepEqual(await kindsOf('PARC'), new Set(['endpoint', 'model-version', 'dataset-version']));
    assert.deepEqual(await kindsOf('training'), new Set(['run']));
    const { digest } = (await server.get<{ latest: { digest: string } }>('/datasets/parcels')).latest;
    assert.deepEqual(await kindsOf(digest.slice(0, 8)), new Set(['dataset-version']));
    assert.deepEqual(await kindsOf('%25'), new Set());
    assert.deepEqual(await kindsOf('_'), new Set());
  });

  test('what is not there, and what is asked wrongly, says so', async () => {
    const refused: [path: string, status: number, code: string][] = [
      ['/datasets/parcel', 404, 'DATASET_NOT_FOUND'],
      ['/datasets/parcels/versions/9', 404, 'DATASET_NOT_FOUND'],
      ['/datasets/parcels/versions/1/diff', 400, 'BAD_ARGUMENT'],
      ['/datasets/parcels/versions/1/diff?from=1&key=colour', 400, 'DATA_COLUMN_NOT_FOUND'],
      ['/runs/x%20z', 400, 'BAD_ARGUMENT'],
      ['/runs?filter=metrics.auc', 400, 'FILTER_INVALID'],
      ['/runs?order=colour', 400, 'FILTER_INVALID'],
      ['/runs?columns=auc', 400, 'BAD_ARGUMENT'],
      ['/runs/compare?run=none', 404, 'RUN_NOT_FOUND'],
      ['/runs/none/curve/loss', 404, 'RUN_NOT_FOUND'],
      [`/runs/${'0'.repeat(32)}`, 404, 'RUN_NOT_FOUND'],
      ['/runs?limit=0', 400, 'BAD_ARGUMENT'],
      ['/runs?limit=ten', 400, 'BAD_ARGUMENT'],
      ['/runs?colour=red', 400, 'BAD_ARGUMENT'],
      ['/runs?after=yesterday', 400, 'BAD_ARGUMENT'],
      ['/models/parcels/history?after=e30', 400, 'BAD_ARGUMENT'],
      ['/models/other', 404, 'MODEL_NOT_FOUND'],
      ['/models/parcels/versions/2', 404, 'MODEL_VERSION_NOT_FOUND'],
      ['/endpoints/other', 404, 'ENDPOINT_NOT_FOUND'],
      ['/improvements/none', 404, 'IMPROVEMENT_NOT_FOUND'],
      ['/search', 400, 'BAD_ARGUMENT'],
    ];
    for (const [path, status, code] of refused) {
      const answer = await server.ask(`/api/v1${path}`);
      const { error } = (await answer.json()) as { error: { code: string } };
      assert.deepEqual([answer.status, error.code], [status, code], path);
    }
  });
});
