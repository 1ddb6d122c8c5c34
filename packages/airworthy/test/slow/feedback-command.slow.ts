import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject, PARCELS } from '../e2e/tiny-project.ts';

const CONFIG = `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['linear'], budget: { trials: 1, seconds: 600 }, seed: 1 },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'better-than' }] },
  serving: { key: ['parcel'] },
  feedback: { curation: { conflicts: 'review' } },
});
`;

interface Labelled {
  received: number;
  matched: number;
  waiting: number;
  unchanged: number;
}

test('predict → label → review → curate, by the command line, with and without a server', async (t) => {
  using project = createTinyProject();
  writeFileSync(join(project.folder, 'airworthy.config.ts'), CONFIG);
  const write = (name: string, lines: string[]) => {
    writeFileSync(join(project.folder, name), lines.join('\n'));
    return name;
  };
  const run = (argv: readonly string[], input = '') =>
    runCommandLine([...argv, '--json'], { cwd: project.folder, input });
  const done = async <Value>(argv: readonly string[], input = ''): Promise<Value> => {
    const outcome = await run(argv, input);
    assert.equal(outcome.code, 0, outcome.out + outcome.err);
    return outcome.json<Value>();
  };
  await done(['ship']);
  const parcels = Array.from({ length: 6 }, (_, index) => ({
    ...{ weight: 5 + index, distance: 100 * index, carrier: 'road' },
    parcel: `P${index}`,
  }));
  const { predictions } = await done<{ predictions: { predictionId: string }[] }>([
    'predict',
    JSON.stringify(parcels),
  ]);
  const ids = predictions.map((prediction) => prediction.predictionId);

  await t.test('a record without its key is refused', async () => {
    const outcome = await run(['predict', '{"weight":1,"distance":2,"carrier":"road"}']);
    assert.equal(outcome.code, 2);
    assert.match(outcome.out, /parcel is missing/);
  });

  await t.test('CSV by id', async () => {
    const file = write('a.csv', [
      'value,prediction,note',
      `true,${ids[0]},"one, with a comma"`,
      `false,${ids[1]},`,
      '',
    ]);
    const expected = {
      endpoint: 'parcels',
      received: 2,
      matched: 2,
      waiting: 0,
      corrected: 0,
      unchanged: 0,
      expired: 0,
    };
    assert.deepEqual(await done(['label', file]), expected);
    assert.deepEqual(await done(['label', file]), { ...expected, matched: 0, unchanged: 2 });
  });

  await t.test('JSON lines by key, from standard input', async () => {
    const lines = [
      '{"parcel":"P2","value":true}',
      '{"parcel":"P3","value":false}',
      '{"parcel":"P9","value":false}',
    ];
    const receipt = await done<Labelled>(['label', '-', '--by', 'key'], lines.join('\n'));
    assert.deepEqual([receipt.matched, receipt.waiting], [2, 1]);
  });

  await t.test('what does not fit is named by its line', async () => {
    const file = write('bad.csv', ['prediction,value', `${ids[0]},true`, `${ids[1]},late`]);
    const outcome = await run(['label', file]);
    assert.equal(outcome.code, 2);
    assert.match(outcome.out, /bad.csv, line 3 has the value \\"late\\"; the classes are/);
    assert.match(outcome.out, /none of the labels is recorded/);
    assert.equal((await run(['label', 'absent.csv'])).code, 2);
    assert.match((await run(['label', write('short.csv', ['a,b', '1'])])).out, /line 2 has 1 values/);
    assert.match(
      (await run(['label', write('open.csv', ['a,b', '1,"2'])])).out,
      /line 2: a quoted text begins/,
    );
    assert.match((await run(['label', file, '--endpoint', 'parcel'])).out, /did you mean \\"parcels\\"/);
  });

  const server = spawnCli(['up', '--port', '0'], project.folder);
  t.after(() => server.child.kill('SIGKILL'));
  const [, address] = await server.sees(/^(http:\/\/127\.0\.0\.1:\d+) {2}/m);

  await t.test('a running server takes them', async () => {
    const lines = ['parcel,value,knownAt', `P4,true,${Date.now()}`, 'P5,true,2001-01-01T00:00:00Z'];
    const receipt = await done<Labelled>([
      'label',
      write('key.csv', lines),
      '--by',
      'key',
      '--source',
      'desk',
    ]);
    assert.deepEqual([receipt.received, receipt.matched], [2, 2]);
    const other = await done<Labelled>(
      ['label', '-', '--url', address],
      `{"prediction":"${ids[0]}","value":false}`,
    );
    assert.equal(other.received, 1);
    const refused = await run(['label', '-'], `{"prediction":"${ids[0]}","value":7}`);
    assert.match(refused.out, /standard input, line 1 has the value 7/);
  });

  await t.test('conflicts are reviewed, the rest becomes data', async () => {
    const said = [`{"prediction":"${ids[1]}","value":true}`];
    await done(['label', '-', '--source', 'audit'], said.join('\n'));
    const first = await done<{ rows: number; leftOut: { inReview: number } }>(['feedback', 'curate']);
    assert.deepEqual([first.rows, first.leftOut.inReview], [5, 1]);
    const { items } = await done<{ items: { id: string; reason: string }[] }>(['feedback', 'review']);
    assert.deepEqual(
      items.map((item) => item.id),
      [ids[1]],
    );
    assert.match(items[0].reason, /audit says "true", import says "false"/);
    await done(['feedback', 'resolve', ids[1], '--value', 'false']);
    assert.equal((await run(['feedback', 'resolve', ids[1], '--drop'])).code, 2);
    const second = await done<{ rows: number; version: { rows: number; number: number } }>([
      'feedback',
      'curate',
    ]);
    assert.deepEqual([second.rows, second.version.rows, second.version.number], [1, 6, 2]);
  });

  await t.test('feedback is listed', async () => {
    const said = { kind: 'comment', prediction: ids[0], value: 'it rained' };
    const answer = await fetch(`${address}/api/v1/endpoints/parcels/feedback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said),
    });
    assert.equal(answer.status, 200);
    const listed = await runCommandLine(['feedback', 'list'], { cwd: project.folder });
    assert.match(listed.out, /labels of parcels: \d+ matched, 1 waiting, 0 expired/);
    assert.match(listed.out, /comment +it rained/);
  });
});
