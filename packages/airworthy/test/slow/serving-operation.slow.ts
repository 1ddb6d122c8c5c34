import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { makeCertificate, openSession, overHttp1, overHttp2 } from '../../src/http/testing/secure-client.ts';
import { startServer } from '../../src/http/testing/start-server.ts';
import { sha256 } from '../../src/kernel/ids.ts';
import { openOnnx } from '../../src/models/onnx/open-onnx.ts';
import { recordsToTable } from '../../src/models/read-record.ts';
import { parseModel } from '../../src/models/serialise-model.ts';
import type { ExportRecord } from '../../src/serving/index.ts';
import { FLIGHT } from '../../src/serving/testing/write-bundle.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject, type TinyProject } from '../e2e/tiny-project.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const PATH = '/predict/flight-delays';
const PARCEL = { weight: 20, distance: 700, carrier: 'boat' };

function scratchFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'airworthy-operation-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

describe('HTTPS', () => {
  test('a server that closes ends both kinds of connection, and answers all that it was sent', async () => {
    using folder = scratchFolder();
    await using running = await startServer({ config: { tls: makeCertificate(folder.path, 'first') } });
    const { port, endpoints } = running;
    const failures: string[] = [];
    let answered = 0;
    let connected = 0;
    const http1 = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let connection: string | undefined; connection !== 'close'; answered++) {
        const answer = await overHttp1(agent, port, PATH, FLIGHT);
        if (answer.status !== 200) failures.push(JSON.stringify(answer));
        if (connection === undefined) connected++;
        connection = answer.connection;
      }
      agent.destroy();
    };
    const http2 = async () => {
      const session = openSession(port);
      for (let first = true; !session.closed; first = false) {
        const answer = await overHttp2(session, PATH, FLIGHT);
        if (first) connected++;
        if (answer.status === 200) answered++;
        else if (answer.status !== 0 || !session.closed) failures.push(JSON.stringify(answer));
      }
    };
    const clients = [http1(), http1(), http1(), http2(), http2(), http2()];
    while (connected < clients.length) await pause(10);
    await Promise.all([running.server.close(), ...clients]);
    assert.deepEqual(failures, []);
    await endpoints.flush();
    assert.equal(endpoints.predictionCounts().logged, answered);
  });

  test('a renewed certificate is taken while connections live on; one that is broken is not', async () => {
    using folder = scratchFolder();
    const tls = makeCertificate(folder.path, 'first');
    const renewed = makeCertificate(folder.path, 'second');
    const now = { certificate: join(folder.path, 'now.pem'), key: join(folder.path, 'now.key') };
    const put = (pair: typeof tls) => {
      copyFileSync(pair.certificate, now.certificate);
      copyFileSync(pair.key, now.key);
    };
    put(tls);
    await using running = await startServer({ config: { tls: now } });
    const subjectNow = async () => {
      const agent = new Agent();
      const { subject } = await overHttp1(agent, running.port, PATH, FLIGHT);
      agent.destroy();
      return subject;
    };
    const old = openSession(running.port);
    assert.equal((await overHttp2(old, PATH, FLIGHT)).status, 200);
    writeFileSync(now.certificate, 'no certificate');
    await pause(5_500);
    assert.equal(await subjectNow(), 'first');
    put(renewed);
    await pause(5_500);
    assert.equal(await subjectNow(), 'second');
    assert.equal((await overHttp2(old, PATH, FLIGHT)).status, 200);
    old.close();
  });
});

describe('a project that ships', () => {
  let project: TinyProject;
  before(async () => {
    project = createTinyProject();
    const shipped = await runCommandLine(['ship', '--json'], { cwd: project.folder });
    assert.equal(shipped.code, 0, shipped.out + shipped.err);
  });
  after(() => project[Symbol.dispose]());

  test('served over HTTPS, its own commands still reach it; top shows it; promtool finds only Triton’s names', async (t) => {
    const config = join(project.folder, 'airworthy.config.ts');
    const before = readFileSync(config, 'utf8');
    makeCertificate(project.folder, 'server');
    const tls = "serving: { tls: { certificate: 'server.pem', key: 'server.key' } },";
    writeFileSync(config, before.replace('  training:', `  ${tls}\n  training:`));
    t.after(() => writeFileSync(config, before));
    const server = spawnCli(['up', '--port', '0'], project.folder);
    t.after(() => server.child.kill('SIGKILL'));
    const [, port] = await server.sees(/^https:\/\/127\.0\.0\.1:(\d+) {2}/m);
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    for (let request = 0; request < 50; request++)
      assert.equal((await overHttp1(agent, Number(port), '/predict/parcels', PARCEL)).status, 200);
    const refused = await overHttp1(agent, Number(port), '/predict/parcels', { weight: 'heavy' });
    assert.equal(refused.status, 400);
    const run = (...argv: string[]) => runCommandLine(argv, { cwd: project.folder });
    const predicted = await run('predict', JSON.stringify(PARCEL), '--json');
    assert.equal(predicted.code, 0, predicted.err);
    const top = await run('top', '--json');
    const [{ arms }] = top.json<{ endpoints: { arms: { requests: number; p99Ms: number }[] }[] }>().endpoints;
    assert.equal(arms[0].requests, 52);
    assert.match((await run('top', '--once')).out, /^parcels +champion +parcels v1 +/m);
    server.child.kill('SIGTERM');
    assert.equal(await server.ended, 0, server.output.err);
  });

  test('what is exported for docker runs step by step, and answers as it did here', async (t) => {
    using folder = scratchFolder();
    const out = join(folder.path, 'image');
    const run = (...argv: string[]) => runCommandLine(argv, { cwd: project.folder });
    const exported = await run('export', '--to', 'docker', '--out', out, '--json');
    assert.equal(exported.code, 0, exported.err);
    requireDigests(out, exported.json<ExportRecord>());
    const here = (await run('predict', JSON.stringify(PARCEL), '--json')).json<{ predictions: object[] }>();
    // `npm install` of a version that is not published yet: the package of this checkout stands in its place.
    mkdirSync(join(out, 'node_modules'));
    symlinkSync(PACKAGE, join(out, 'node_modules', 'airworthy'));
    const data = join(folder.path, 'data');
    const start = () =>
      spawnCli(['up', '--bundle', 'bundle', '--port', '0'], out, {
        AIRWORTHY_DATA: data,
        AIRWORTHY_TOKEN: 't',
      });
    // Killed and started again on the same volume, it is the same version.
    for (const round of [1, 2]) {
      const server = start();
      t.after(() => server.child.kill('SIGKILL'));
      const [, address] = await server.sees(/^(http:\/\/[\d.]+:\d+) {2}/m);
      const answer = await fetch(`${address.replace('0.0.0.0', '127.0.0.1')}/predict/parcels`, {
        method: 'POST',
        body: JSON.stringify(PARCEL),
        headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
      });
      const { version, probability } = (await answer.json()) as Record<string, unknown>;
      const [expected] = here.predictions as { probability: number }[];
      assert.deepEqual(
        [answer.status, version, probability],
        [200, 1, expected.probability],
        `round ${round}`,
      );
      server.child.kill('SIGKILL');
      await server.ended;
    }
    // Another hand has been at it.
    writeFileSync(join(out, 'bundle', 'model.json'), '{}');
    const refused = start();
    assert.equal(await refused.ended, 2);
    assert.match(refused.output.err, /BUNDLE_ALTERED.*file model.json/s);
  });

  test('a Triton repository answers as the bundle; KServe’s resources name storage, image and digest', async () => {
    using folder = scratchFolder();
    const run = (...argv: string[]) => runCommandLine(argv, { cwd: project.folder });
    const triton = join(folder.path, 'triton');
    const record = (
      await run('export', 'parcels', '--to', 'triton', '--out', triton, '--json')
    ).json<ExportRecord>();
    requireDigests(triton, record);
    const bundle = join(project.folder, '.airworthy', 'bundles', record.bundle);
    const model = parseModel(readFileSync(join(bundle, 'model.json'), 'utf8'));
    const { pairs } = JSON.parse(readFileSync(join(bundle, 'golden.json'), 'utf8')) as {
      pairs: { record: Record<string, unknown>; scores: number[] }[];
    };
    const graph = await openOnnx(readFileSync(join(triton, 'parcels', '1', 'model.onnx')), model);
    const scores = await graph.scoreTable(
      recordsToTable(
        model.fields,
        pairs.map((pair) => pair.record),
      ),
    );
    await graph.close();
    for (const [row, pair] of pairs.entries()) assert.ok(Math.abs(scores[row] - pair.scores[0]) < 1e-6);
    const config = readFileSync(join(triton, 'parcels', 'config.pbtxt'), 'utf8');
    assert.match(config, /^name: "parcels"$/m);
    assert.match(config, /^input \{ name: "weight" data_type: TYPE_FP64 dims: \[ 1 \] \}$/m);
    assert.match(config, /^output \{ name: "label" data_type: TYPE_STRING dims: \[ 1 \] \}$/m);

    const cluster = join(folder.path, 'cluster');
    const asked = ['--storage-uri', 's3://models/parcels/1', '--image', 'registry.example/parcels:1'];
    const { code } = await run('export', '--to', 'kserve', '--out', cluster, ...asked);
    assert.equal(code, 0);
    const yaml = readFileSync(join(cluster, 'inferenceservice.yaml'), 'utf8');
    const [runtime, service] = parseAllDocuments(yaml).map((document) => document.toJS());
    assert.equal(runtime.spec.containers[0].image, 'registry.example/parcels:1');
    const { modelFormat, storageUri, runtime: named } = service.spec.predictor.model;
    assert.deepEqual([storageUri, named], ['s3://models/parcels/1', runtime.metadata.name]);
    assert.equal(modelFormat.name, runtime.spec.supportedModelFormats[0].name);
    assert.equal(service.metadata.annotations['airworthy/bundle'], record.bundle);
    assert.deepEqual(
      readFileSync(join(cluster, 'storage', 'manifest.json')),
      readFileSync(join(bundle, 'manifest.json')),
    );
    assert.equal((await run('export', '--to', 'kserve', '--out', cluster)).code, 2);
  });
});

test('promtool finds nothing wrong with the metrics but how Triton names its own', async (t) => {
  const promtool = process.env.AIRWORTHY_TEST_PROMTOOL;
  if (!promtool) return t.skip('needs promtool: AIRWORTHY_TEST_PROMTOOL');
  await using running = await startServer();
  for (const body of [FLIGHT, [FLIGHT, FLIGHT], {}]) await running.send('POST', PATH, body);
  const { text } = await running.send('GET', '/metrics');
  const check = (input: string) => spawnSync(promtool, ['check', 'metrics'], { input, encoding: 'utf8' });
  const { stderr: problems } = check(text);
  assert.deepEqual(
    problems.split('\n').filter((line) => line !== '' && !line.startsWith('nv_inference_')),
    [],
  );
  const own = text.split('\n').filter((line) => !line.includes('nv_inference_'));
  assert.equal(check(own.join('\n')).status, 0);
});

/** What `export.json` says of the files is so. */
function requireDigests(folder: string, { files }: ExportRecord): void {
  assert.ok(files.length > 5);
  for (const { path, sha256: digest } of files)
    assert.equal(sha256(readFileSync(join(folder, path))), digest, path);
}
