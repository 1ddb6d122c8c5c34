import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CommandOutcome, runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { SuiteReport } from '../../src/evaluation/index.ts';
import { startStubModel } from '../../src/evaluation/testing/stub-model.ts';

type Run = (...argv: string[]) => Promise<CommandOutcome>;

function folderWith(t: TestContext, files: Record<string, string>, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-green-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (wanted: Record<string, string>) => {
    for (const [name, text] of Object.entries(wanted)) writeFileSync(join(folder, name), text);
  };
  write(files);
  const run: Run = (...argv) => runCommandLine(argv, { cwd: folder, env });
  return { folder, write, run };
}

/** Even cases are of the role dev, odd ones held out; 60 users; the answer is right unless the settings say otherwise. */
const suite = (settings: string, cases = 200) => `export default { name: 'green', scorers: ['exact'],
  dataset: Array.from({ length: ${cases} }, (_, i) => ({ id: 'c' + i, input: i, expected: 'right',
    metadata: { role: i % 2 ? 'held-out' : 'dev', user: 'u' + (i % 60) } })),
  ${settings} };`;
const RIGHT = `task: () => 'right',`;
const FLOOR = `gates: [{ metric: 'exact', rule: 'at-least', value: 0.5 }],`;

async function exitOf(t: TestContext, settings: string, argv: string[] = [], cases?: number) {
  const { code, out, err } = await folderWith(t, { 'green.eval.ts': suite(settings, cases) }).run(
    'evaluate',
    ...argv,
  );
  return { code, said: `${out}\n${err}` };
}

test('what was not judged is not green', async (t) => {
  const nothing = await exitOf(t, `task: () => { throw new Error('x') }, limits: { errorRate: 1 },`);
  assert.equal(nothing.code, 4, 'no case was answered');

  const unjudgeable = await exitOf(t, `${RIGHT} role: 'regression', scorers: ['latency'],`);
  assert.equal(unjudgeable.code, 2, 'a regression suite in which no case can fail');
  assert.match(unjudgeable.said, /no scorer says right or wrong/);

  const rare = `${RIGHT} gates: [{ metric: 'exact', rule: 'at-least', value: 0.5, slices: ['user=u59'] }],`;
  assert.match(
    (await exitOf(t, rare, [], 6_000)).said,
    /Pass: exact of user=u59/,
    'the 60th value of a column',
  );
  const noSlice = `${RIGHT} gates: [{ metric: 'exact', rule: 'at-least', value: 0.5, slices: [] }],`;
  assert.equal((await exitOf(t, noSlice)).code, 2);
});

test('a gate that ends an evaluation early does not end it for what asks every case', async (t) => {
  const extend = `{ metric: 'exact', rule: 'at-least', value: 0.5, onUndecided: 'extend' }`;
  const fixed = `{ metric: 'exact', rule: 'at-least', value: 0.6 }`;
  const measured = async (settings: string) => {
    const { run } = folderWith(t, { 'green.eval.ts': suite(`${RIGHT} ${settings}`) });
    return (await run('evaluate', '--json')).json<SuiteReport>().tasks[0].results.ok;
  };
  assert.ok((await measured(`gates: [${extend}],`)) < 200, 'alone it does');
  assert.equal(await measured(`gates: [${extend}, ${fixed}],`), 200);
  assert.equal(await measured(`gates: [${extend}], role: 'regression',`), 200);
});

test('a recording that a judge misses is told, however many errors are allowed', async (t) => {
  const judge = `judge: { model: 'judge', endpoint: 'http://127.0.0.1:9/v1' },`;
  const scorers = `scorers: ['exact', { type: 'criteria', name: 'nice', value: 'is nice' }],`;
  const { code } = await exitOf(t, `${RIGHT} ${judge} ${scorers} ${FLOOR} limits: { errorRate: 1 },`, [
    '--cache',
    'strict',
  ]);
  assert.equal(code, 4);
});

test('held-out cases are judged all at once, and nothing is said of one of them', async (t) => {
  const roles = `roles: { by: 'column', column: 'role' },`;
  const task = `task: (i) => { if (i === 7) throw new Error('secret of seven'); return 'right' },`;
  const { run } = folderWith(t, { 'green.eval.ts': suite(`${task} ${roles} ${FLOOR}`) });
  for (const few of [
    ['--filter', 'c7'],
    ['--sample', '1'],
  ]) {
    const { code, err } = await run('evaluate', '--role', 'held-out', ...few);
    assert.equal(code, 2);
    assert.match(err, /HELD_OUT_CLOSED/);
  }
  assert.match((await run('cache', 'explain', 'c7')).err, /HELD_OUT_CLOSED/);
  const some = await run('evaluate', '--role', 'held-out', '--json', '--budget-seconds', '0.000001');
  assert.equal(some.code, 5);
  assert.deepEqual(some.json<SuiteReport>().verdicts, [], 'a look that is not over says nothing');
  const whole = await run('evaluate', '--role', 'held-out', '--json', '--output', 'out.md');
  assert.equal(whole.code, 0, whole.err);
  assert.deepEqual(whole.json<SuiteReport>().tasks[0].errors, [
    { code: 'TASK_FAILED', message: '', results: 1 },
  ]);
  const { looks } = (await run('held-out', '--json')).json<{ looks: unknown[] }>();
  assert.equal(looks.length, 1, 'what goes on is the same look');
  const plan = (await run('gate', 'plan', 'green', '--json')).json<{ from: unknown }>();
  assert.equal(plan.from, null, 'a plan is not made from what held-out cases varied by');
});

test('a key of no known form that an endpoint quotes is in nothing that is kept or shown', async (t) => {
  const key = 'plainWordOfNobody42';
  await using stub = await startStubModel(({ headers }) => ({
    status: 401,
    content: `wrong key: ${headers.authorization?.slice('Bearer '.length)}`,
  }));
  const model = `task: { model: 'm', endpoint: '${stub.endpoint}', prompt: 'hello', keyVariable: 'KEY' },`;
  const { folder, run } = folderWith(t, { 'green.eval.ts': suite(model, 3) }, { KEY: key });
  const outputs = ['o.json', 'o.jsonl', 'o.md', 'o.html', 'o.xml'].flatMap((name) => ['--output', name]);
  const { code, out, err } = await run('evaluate', '--json', '--cache', 'record', ...outputs);
  assert.equal(code, 4);
  assert.match(out, /wrong key: <KEY>/);
  assert.ok(!`${out}${err}`.includes(key));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    assert.ok(!readFileSync(join(entry.parentPath, entry.name)).includes(key), entry.name);
  }
});

test('promptfoo files that cannot be read, and words that mean nothing here, are told before any call', async (t) => {
  const told = async (text: string) => (await folderWith(t, { 'p.eval.yaml': text }).run('evaluate')).err;
  const test = `tests: [{ vars: { a: 1 }, assert: [{ type: contains, value: x }] }]`;
  assert.match(
    await told(`providers: ['openai:m']\nprompts: ['file://gone.txt']\n${test}`),
    /PROMPTFOO_UNREADABLE.*gone/,
  );
  assert.match(
    await told(`providers: ['openai:m']\nprompts: [a]\ntests: file://gone.yaml`),
    /PROMPTFOO_UNREADABLE.*gone/,
  );
  assert.match(
    await told(`providers: ['openai:m']\nprompts: [a]\nnunjucksFilters: { up: up.js }\n${test}`),
    /SUITE_INVALID[\s\S]*p\.eval\.yaml:3: nunjucksFilters: templates have no filters/,
  );
});
