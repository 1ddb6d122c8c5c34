import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Answer, startServer, type TestServer } from '../../src/http/testing/start-server.ts';

/** What lies outside the data folder and must not come in, nor be changed. */
const CANARY = 'the canary sings outside';
const PREFIXES = ['/api', '/ajax-api'] as const;

/** Ways to write the step up to the folder above. */
const STEPS_UP = [
  '..',
  '.%2e',
  '%2e%2e',
  '%2E%2e',
  '%252e%252e',
  '%25252e%25252e',
  '%2525252525252525252525252e%2e',
  '..%2f',
  '..%252f',
  '..%5c',
  '..%255c',
  '..%00',
  '%2e%2e%00',
  '....//',
  '..;',
  '%c0%ae%c0%ae',
  '%ef%bc%8e%ef%bc%8e',
];

describe('attackers of MLflow’s API', () => {
  let running: TestServer;
  let run: string;
  let model: string;
  let outside: string;
  let hostile: string[];

  before(async () => {
    running = await startServer({ empty: true });
    const { folder } = running.context.store;
    outside = `${folder}-outside`;
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret.txt'), CANARY);
    run = (await create<{ run: { info: { run_id: string } } }>('runs/create', { experiment_id: '0' })).run
      .info.run_id;
    const logged = await create<{ model: { info: { model_id: string } } }>('logged-models', {
      ...{ experiment_id: '0', name: 'm' },
    });
    model = logged.model.info.model_id;
    hostile = hostilePaths(folder);
  });

  after(async () => {
    await running[Symbol.asyncDispose]();
    rmSync(outside, { recursive: true });
  });

  async function create<Made>(path: string, body: object): Promise<Made> {
    const answer = await running.send('POST', `/api/2.0/mlflow/${path}`, body);
    assert.equal(answer.status, 200, answer.text);
    return answer.json() as Made;
  }

  /** Paths in the form they have in an address. */
  function hostilePaths(folder: string): string[] {
    const target = `${basename(folder)}-outside/secret.txt`;
    const upwards = STEPS_UP.flatMap((step) => [
      `${`${step}/`.repeat(8)}${dirname(folder).slice(1)}/${target}`,
      `${`${step}/`.repeat(2)}${target}`,
      `folder/${step}/${step}/airworthy.db`,
      step,
    ]);
    const absolute = join(outside, 'secret.txt');
    return [
      ...upwards,
      absolute,
      `/${absolute}`,
      encodeURIComponent(absolute),
      encodeURIComponent(encodeURIComponent(absolute)),
      `file://${absolute}`,
      encodeURIComponent(`file://${absolute}`),
      'C:/Windows/win.ini',
      'C:%5cWindows%5cwin.ini',
      '%5c%5chost%5cshare',
      'a//b',
      'a/./b',
      'a%00b',
      'a%0d%0ab',
      'a%23b',
      'x'.repeat(5_000),
      `${'d/'.repeat(1_000)}x`,
      '%ff%fe',
      '%',
      '%zz/%2e%2e/x',
    ];
  }

  /** Never read, never a crash, and 4xx unless the name only looked dangerous. */
  function assertHarmless(answer: Answer, what: string): void {
    assert.ok(answer.status < 500, `${what.slice(0, 200)}: ${answer.status} ${answer.text.slice(0, 200)}`);
    assert.ok(!answer.text.includes(CANARY), what.slice(0, 200));
  }

  /** Everything in the data folder is what we put there, under our own names, and no artifact's path climbs. */
  async function assertConfined(): Promise<void> {
    assert.deepEqual(readdirSync(outside), ['secret.txt']);
    assert.equal(readFileSync(join(outside, 'secret.txt'), 'utf8'), CANARY);
    const { folder, database } = running.context.store;
    const own =
      /^(airworthy\.(db(-wal|-shm)?|lock|reserve)|blobs|uploads|scratch|keys|\.gitignore|lock.*|reserve.*)$/;
    assert.deepEqual(
      readdirSync(folder).filter((name) => !own.test(name)),
      [],
    );
    const rows = await database.sql.selectFrom('artifact').select('path').execute();
    for (const { path } of rows) {
      let form = path;
      for (let round = 0; round < 20; round++) {
        const parts = form.split(/[/\\]/);
        assert.ok(!parts.includes('..') && !parts.includes('') && !form.includes('\0'), path);
        form = form.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        );
      }
    }
  }

  for (const prefix of PREFIXES) {
    test(`artifact paths under ${prefix} lead nowhere else`, async () => {
      const base = `${prefix}/2.0/mlflow-artifacts`;
      const roots = {
        '/api': ['', `0/${run}/artifacts/`],
        '/ajax-api': [`0/models/${model}/artifacts/`, 'other/'],
      };
      for (const root of roots[prefix]) {
        for (const path of hostile) {
          const url = `${base}/artifacts/${root}${path}`;
          for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
            assertHarmless(
              await running.send(method, url, method === 'PUT' ? 'written' : undefined, {
                'content-type': 'x/y',
              }),
              `${method} ${url}`,
            );
        }
      }
      await assertConfined();
    });

    test(`uploads in parts under ${prefix} lead nowhere else`, async () => {
      const base = `${prefix}/2.0/mlflow-artifacts/mpu`;
      for (const path of hostile) {
        const url = `${base}/create/0/${run}/artifacts/${path}`;
        assertHarmless(await running.send('POST', url, { path: 'name', num_parts: 1 }), url);
        const named = await running.send('POST', `${base}/create/0/${run}/artifacts`, { path, num_parts: 1 });
        assertHarmless(named, path);
        for (const verb of ['complete', 'abort']) {
          const body = { path, upload_id: path, parts: [{ part_number: 1, etag: path }] };
          const answer = await running.send('POST', `${base}/${verb}/${encodeURIComponent('x')}`, body);
          assertHarmless(answer, `${verb} ${path}`);
          assert.ok(answer.status >= 400);
        }
        assertHarmless(await running.send('PUT', `${base}/parts/${path}/1`, 'written'), `part ${path}`);
      }
      for (const part of ['0', '-1', '1.5', '10001', '..%2f1', 'NaN', '1e3'])
        assert.ok((await running.send('PUT', `${base}/parts/${'0'.repeat(32)}/${part}`, 'x')).status >= 400);
      await assertConfined();
    });
  }

  test('paths in a query lead nowhere else, decoded once or twice', async () => {
    for (const path of hostile) {
      for (const sent of [path, encodeURIComponent(path)]) {
        for (const url of [
          `/api/2.0/mlflow-artifacts/artifacts?path=${sent}`,
          `/api/2.0/mlflow/artifacts/list?run_id=${run}&path=${sent}`,
          `/api/2.0/mlflow/logged-models/${model}/artifacts/directories?artifact_directory_path=${sent}`,
          `/ajax-api/2.0/mlflow/logged-models/${model}/artifacts/files?artifact_file_path=${sent}`,
          `/get-artifact?run_uuid=${run}&path=${sent}`,
          `/api/v1/runs/${run}/artifacts?path=${sent}`,
        ])
          assertHarmless(await running.send('GET', url), url);
        const upload = `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run}&path=${sent}`;
        assertHarmless(await running.send('POST', upload, 'x', { 'content-type': 'text/plain' }), upload);
      }
      assertHarmless(await running.send('PUT', `/api/v1/runs/${run}/artifacts/${path}`, 'x'), path);
    }
    await assertConfined();
  });

  test('a plain step up is refused, not taken for a name', async () => {
    for (const path of [
      '../x',
      '%2e%2e/x',
      '%252e%252e/x',
      '..%2fx',
      '..%5cx',
      'a/../../x',
      '%2525%32%65%2e/x',
    ]) {
      const url = `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/${path}`;
      const answer = await running.send('PUT', url, 'x', { 'content-type': 'x/y' });
      assert.deepEqual([answer.status, answer.json().error_code], [400, 'INVALID_PARAMETER_VALUE'], path);
    }
  });

  test('a version cannot be registered from a place of the server’s own', async () => {
    await create('registered-models/create', { name: 'hostile' });
    const secret = join(outside, 'secret.txt');
    for (const source of [
      secret,
      `file://${secret}`,
      `FILE:${secret}`,
      `%66ile://${secret}`,
      'relative/model',
      './model',
      '../../model',
      '~/model',
      'C:\\model',
      '\\\\host\\share',
      's3://bucket/../model',
      's3:/bucket/..%2fmodel',
      'mlflow-artifacts://host:1/..%2f..%2f..%2f',
      'mlflow-artifacts:/0/%252e%252e/%252e%252e/x',
      'http://host/api/2.0/mlflow-artifacts/artifacts/../../../',
      'http://host/artifacts%00',
      'runs:/../../x',
      'models:/',
      'models:/../../etc',
      'models:///etc/passwd',
      'models:/m-1/../../x',
      'models:/hostile/../1',
      'models:/hostile/1/..%2f',
      'models:/hostile/99',
      'models:/m-unknown',
    ]) {
      const answer = await running.send('POST', '/api/2.0/mlflow/model-versions/create', {
        name: 'hostile',
        source,
      });
      assert.ok([400, 404].includes(answer.status), `${source}: ${answer.status} ${answer.text}`);
      assert.ok(!answer.text.includes(CANARY));
    }
    const prompt = { key: 'mlflow.prompt.is_prompt', value: 'true' };
    await create('model-versions/create', { name: 'hostile', source: secret, tags: [prompt] });
    for (const path of ['secret.txt', '', '.', '..', 'airworthy.db']) {
      const query = new URLSearchParams({ name: 'hostile', version: '1', path });
      const answer = await running.send('GET', `/model-versions/get-artifact?${query}`);
      assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
      assert.ok(!answer.text.includes(CANARY));
    }
  });

  test('models that lead to each other end', async () => {
    await create('registered-models/create', { name: 'round' });
    await create('model-versions/create', { name: 'round', source: 's3://bucket/model' });
    await create('registered-models/alias', { name: 'round', alias: 'turn', version: '1' });
    await create('model-versions/create', { name: 'round', source: 'models:/round@turn' });
    await create('registered-models/alias', { name: 'round', alias: 'turn', version: '2' });
    const answer = await running.send(
      'GET',
      '/api/2.0/mlflow/model-versions/get-download-uri?name=round&version=2',
    );
    assert.deepEqual([answer.status, answer.json().error_code], [400, 'INVALID_PARAMETER_VALUE']);
  });

  test('a link in the data folder is not followed', async () => {
    const url = `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/linked.txt`;
    await running.send('PUT', url, 'what was put', { 'content-type': 'x/y' });
    const { folder, database } = running.context.store;
    const { digest } = await database.sql
      .selectFrom('artifact')
      .select('digest')
      .where('path', '=', 'linked.txt')
      .executeTakeFirstOrThrow();
    const blob = join(folder, 'blobs', digest.slice(0, 2), digest);
    rmSync(blob);
    symlinkSync(join(outside, 'secret.txt'), blob);
    const read = await running.send('GET', url);
    assert.ok(read.status >= 400 && !read.text.includes(CANARY));
    await running.send('PUT', url, 'what was put', { 'content-type': 'x/y' });
    assert.equal((await running.send('GET', url)).text, 'what was put');
    assert.ok(lstatSync(blob).isFile());
    await assertConfined();
  });

  test('webhooks reach no private address, whichever prefix they come by', async () => {
    const events = [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }];
    const addresses = [
      'http://example.com/',
      'https://127.0.0.1/',
      'https://127.1/',
      'https://017700000001/',
      'https://0x7f000001/',
      'https://2130706433/',
      'https://0.0.0.0/',
      'https://localhost/',
      'https://LOCALHOST./',
      'https://10.1.2.3/',
      'https://172.16.0.1/',
      'https://192.168.0.1/',
      'https://169.254.169.254/latest/meta-data/',
      'https://[::1]/',
      'https://[::]/',
      'https://[::ffff:169.254.169.254]/',
      'https://[fe80::1]/',
      'https://[fc00::1]/',
      'https://[2002:7f00:1::]/',
      'https://[64:ff9b::a9fe:a9fe]/',
      'file:///etc/passwd',
      'gopher://127.0.0.1:6379/',
      'https://a:b@example.com/',
    ];
    for (const prefix of PREFIXES) {
      const base = `${prefix}/2.0/mlflow/webhooks`;
      const { webhook } = (
        await running.send('POST', base, { name: 'hook', url: `https://${hostname()}/`, events })
      ).json() as { webhook: { webhook_id: string } };
      for (const url of addresses) {
        const made = await running.send('POST', base, { name: 'hook', url, events });
        const changed = await running.send('PATCH', `${base}/${webhook.webhook_id}`, { url });
        for (const answer of [made, changed])
          assert.deepEqual([answer.status, answer.json().error_code], [400, 'INVALID_PARAMETER_VALUE'], url);
      }
      // A name is looked up when something is sent: this machine's own leads to a private address, or nowhere.
      const tried = await running.send('POST', `${base}/${webhook.webhook_id}/test`, {});
      assert.equal((tried.json().result as { success: boolean }).success, false, tried.text);
    }
  });

  test('a page of another origin changes nothing, and a name that was rebound reads nothing', async () => {
    const paths = [
      ['GET', '/api/2.0/mlflow/experiments/get?experiment_id=0'],
      ['POST', '/api/2.0/mlflow/experiments/create'],
      ['POST', '/api/2.0/mlflow/runs/create'],
      ['PATCH', '/api/2.0/mlflow/registered-models/update'],
      ['DELETE', '/api/2.0/mlflow/registered-models/delete'],
      ['POST', '/api/3.0/mlflow/traces'],
      ['POST', '/api/2.0/mlflow/webhooks'],
      ['GET', `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/linked.txt`],
      ['PUT', '/api/2.0/mlflow-artifacts/artifacts/page.txt'],
      ['DELETE', '/api/2.0/mlflow-artifacts/artifacts/page.txt'],
      ['POST', '/api/2.0/mlflow-artifacts/mpu/create/page.txt'],
      ['PUT', `/api/2.0/mlflow-artifacts/mpu/parts/${'0'.repeat(32)}/1`],
    ] as const;
    const both = paths.flatMap(([method, path]) => [
      [method, path],
      [method, path.replace('/api/', '/ajax-api/')],
    ]);
    const more = [
      ['GET', `/get-artifact?run_id=${run}&path=linked.txt`],
      ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run}&path=page.txt`],
      ['PUT', `/api/v1/runs/${run}/artifacts/page.txt`],
    ];
    for (const [method, path] of [...both, ...more]) {
      const body = method === 'GET' ? undefined : {};
      for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80']) {
        const rebound = await running.send(method, path, body, { host });
        assert.equal(rebound.status, 403, `${method} ${path} as ${host}`);
      }
      if (method === 'GET') continue;
      for (const origin of [
        'https://evil.example',
        'http://localhost.evil.example',
        'null',
        'http://127.0.0.1:1',
      ]) {
        const crossed = await running.send(method, path, body, { origin });
        assert.equal(crossed.status, 403, `${method} ${path} from ${origin}`);
      }
    }
    await assertConfined();
    assert.ok(existsSync(outside));
  });
});
