import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CommandOutcome, runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { SuiteReport } from '../../src/evaluation/index.ts';
import { startStubModel } from '../../src/evaluation/testing/stub-model.ts';

interface Folder {
  write(files: Record<string, string>): void;
  read(name: string): string;
  run(...argv: string[]): Promise<CommandOutcome>;
}

function folderWith(t: TestContext, files: Record<string, string>, env: Record<string, string> = {}): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-evaluate-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (wanted: Record<string, string>) => {
    for (const [name, text] of Object.entries(wanted)) writeFileSync(join(folder, name), text);
  };
  write(files);
  return {
    write,
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    run: (...argv) => runCommandLine(argv, { cwd: folder, env }),
  };
}

const CITIES = ['Paris', 'Rome', 'Oslo', 'Lima', 'Cairo'];

/** A suite whose cases ask for capitals by number. */
const capitals = (settings: string) => `import { defineEval } from 'airworthy/evaluation';
export default defineEval({
  name: 'capitals',
  dataset: Array.from({ length: 100 }, (_, i) => ({
    id: 'c' + i, input: { place: i }, expected: ${JSON.stringify(CITIES)}[i % 5], metadata: { lang: i % 2 ? 'de' : 'en' },
  })),
  scorers: ['exact'],
  slices: ['lang'],
  ${settings}
});
`;

test('a suite against a model: measured, cached, accepted as baseline, and a worse prompt is caught', async (t) => {
  await using stub = await startStubModel((request) => {
    const text = String(request.body.messages?.at(-1)?.content);
    const place = Number(/\d+/.exec(text)?.[0]);
    return text.startsWith('Bad') && place % 4 === 0 ? 'Atlantis' : CITIES[place % 5];
  });
  const task = (prompt: string) =>
    `task: { model: 'stub', endpoint: '${stub.endpoint}', prompt: '${prompt} {{place}}', keyVariable: 'STUB_KEY' },`;
  const gates = `gates: [{ metric: 'exact', rule: 'no-worse-than', margin: 0.05 }],`;
  const folder = folderWith(t, { 'capitals.eval.ts': capitals(`${task('Good')}`) }, { STUB_KEY: 'k-1' });

  const first = await folder.run('evaluate', 'capitals', '--json');
  assert.equal(first.code, 0, first.err);
  const report = first.json<SuiteReport>();
  assert.equal(report.tasks[0].metrics[0].value, 1);
  assert.equal(report.dataset.cases, 100);
  assert.deepEqual(
    report.tasks[0].slices.map(({ name, n }) => [name, n]),
    [
      ['lang=de', 50],
      ['lang=en', 50],
    ],
  );
  assert.equal(stub.requests.length, 100);
  assert.equal(stub.requests[0].headers.authorization, 'Bearer k-1');

  const again = await folder.run(
    'evaluate',
    'capitals',
    '--json',
    '--output',
    'rows.jsonl',
    '--output',
    'report.md',
  );
  assert.equal(again.json<SuiteReport>().tasks[0].results.cached, 100);
  assert.equal(stub.requests.length, 100, 'nothing was asked twice');
  assert.equal(folder.read('rows.jsonl').trim().split('\n').length, 100);
  assert.match(folder.read('report.md'), /capitals/);

  const blessed = await folder.run('bless', 'capitals', '--reason', 'the first that works');
  assert.equal(blessed.code, 0, blessed.err);
  folder.write({ 'capitals.eval.ts': capitals(`${task('Bad')}\n  ${gates}`) });
  const worse = await folder.run('evaluate', '--json');
  assert.equal(worse.code, 1, worse.err);
  const failed = worse.json<SuiteReport>();
  assert.deepEqual(
    failed.verdicts.map(({ outcome }) => outcome),
    ['fail'],
  );
  assert.equal(failed.regressions.length, 25);
  const cases = await folder.run(
    'evaluations',
    'cases',
    'capitals',
    '--show',
    'regressed',
    '--limit',
    '30',
    '--json',
  );
  const { items } = cases.json<{
    items: { id: string; baseline: { scores: { exact: { value: number } } } }[];
  }>();
  assert.equal(items.length, 25);
  assert.equal(items[0].baseline.scores.exact.value, 1);
  const listed = await folder.run('evaluations', 'list', '--json');
  assert.equal(listed.json<{ evaluations: unknown[] }>().evaluations.length, 3);
});

test('stopped, it goes on where it was; errors are asked again only where that is wanted', async (t) => {
  const suite = (throwing: boolean) => `import { appendFileSync } from 'node:fs';
export default {
  name: 'steps', concurrency: 2, limits: { errorRate: 0.5 },
  dataset: Array.from({ length: 40 }, (_, i) => ({ id: 'c' + i, input: i, expected: i })),
  task: async (x) => { appendFileSync(process.env.AIRWORTHY_TEST_TRACE, x + '\\n'); ${throwing ? "if (x < 4) throw new Error('boom');" : ''} return x; },
  scorers: ['exact'],
};`;
  const folder = folderWith(t, { 'steps.eval.ts': suite(true), 'trace.txt': '' });
  const cwd = mkdtempSync(join(tmpdir(), 'airworthy-trace-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  process.env.AIRWORTHY_TEST_TRACE = join(cwd, 'trace.txt');
  const first = await folder.run('evaluate', '--json', '--budget-seconds', '0.000001');
  assert.equal(first.code, 5, first.err);
  assert.equal(first.json<SuiteReport>().state, 'stopped');
  const second = await folder.run('evaluate', '--json', '--budget-seconds', '1000');
  assert.equal(second.json<SuiteReport>().tasks[0].results.error, 4);
  assert.equal(second.json<SuiteReport>().tasks[0].metrics[0].n, 36);
  const retried = await folder.run('evaluate', '--json', '--budget-seconds', '1000', '--retry-errors');
  assert.equal(retried.json<SuiteReport>().number, second.json<SuiteReport>().number);
  const asked = readFileSync(process.env.AIRWORTHY_TEST_TRACE, 'utf8').trim().split('\n');
  assert.equal(asked.length, 44, 'each case once, the four that threw twice');
});

test('what is wrong with a suite is told before anything is called', async (t) => {
  const good = `name: 'x', dataset: [{ input: 'a', expected: 'a', metadata: { lang: 'de', who: 1 } }, { input: 'b', expected: 'b', metadata: { lang: 'en' } }], task: () => { throw new Error('was asked'); }, scorers: ['exact']`;
  const wrong: [suite: string, code: string, message: RegExp, exit: number][] = [
    [`{ ${good}, dataset: [] }`, 'SUITE_EMPTY', /"x" has no cases/, 4],
    [
      `{ ${good}, gates: [{ metric: 'exakt', rule: 'at-least', value: 1 }] }`,
      'METRIC_UNKNOWN',
      /did you mean "exact"/,
      2,
    ],
    [`{ ${good}, slices: ['lnag'] }`, 'SLICE_UNKNOWN', /did you mean "lang"/, 2],
    [
      `{ ${good}, gates: [{ metric: 'exact', rule: 'at-least', value: 1, slices: ['lang=fr'] }] }`,
      'SLICE_UNKNOWN',
      /lang=fr/,
      2,
    ],
    [`{ ${good}, cluster: 'metadata.who' }`, 'CLUSTER_MISSING', /1 case lack/, 2],
    [
      `{ ${good}, dataset: [{ id: 1, input: 'a' }, { id: 1, input: 'b' }] }`,
      'CASE_DUPLICATE',
      /cases 1 and 2 are both called "1"/,
      2,
    ],
    [`{ ${good}, dataset: [{ input: 'a' }, { input: 'a' }] }`, 'CASE_DUPLICATE', /cases 1 and 2/, 2],
    [`{ ${good}, dataset: [{ input: Number.NaN }] }`, 'SUITE_INVALID', /case 1 cannot be kept as JSON/, 2],
    [`{ ${good}, dataset: { dataset: 'gone', version: 3 } }`, 'DATASET_NOT_FOUND', /gone@3/, 2],
    [`{ ${good}, dataset: 'nowhere.jsonl' }`, 'DATA_FILE_NOT_FOUND', /nowhere\.jsonl/, 2],
    [`{ ${good}, scorers: [{ type: 'regex', value: '(a' }] }`, 'PATTERN_INVALID', /\(a/, 2],
    [`{ ${good}, trails: 3 }`, 'SUITE_INVALID', /did you mean "trials"/, 2],
    ['{ name: "x", task: 1 +* 2 }', 'SUITE_IMPORT_FAILED', /bad\.eval\.ts:1:/, 4],
  ];
  const folder = folderWith(t, {});
  for (const [suite, code, message, exit] of wrong) {
    folder.write({ 'bad.eval.ts': `export default ${suite};` });
    const { code: got, err, out } = await folder.run('evaluate', '--json');
    const said = `${err}${out}`.replaceAll('\\"', '"');
    assert.match(said, new RegExp(code), suite);
    assert.match(said, message, suite);
    assert.equal(got, exit, suite);
    assert.doesNotMatch(said, /was asked/);
  }
  folder.write({
    'bad.eval.ts': `export default { ${good}, scorers: [function odd() { return Number.NaN; }], task: (x) => x };`,
  });
  const { code, out } = await folder.run('evaluate', '--json');
  assert.equal(code, 4);
  assert.deepEqual(JSON.parse(out).tasks[0].metrics[0].counts, {
    scored: 0,
    skipped: 0,
    unscorable: 0,
    error: 2,
  });
});

test('the same in YAML, in our words and in promptfoo’s', async (t) => {
  await using stub = await startStubModel(({ body }) =>
    String(body.messages?.at(-1)?.content).replace('Say ', ''),
  );
  const folder = folderWith(
    t,
    {
      'ours.eval.yaml': `dataset:\n  - { input: { word: yes }, expected: 'yes' }\ntask: { model: m, endpoint: '${stub.endpoint}', prompt: 'Say {{word}}' }\nscorers: [exact]\n`,
      'theirs.eval.yaml': `prompts: ['Say {{word}}', '{{word}}']\nproviders:\n  - { id: 'openai:m', config: { apiBaseUrl: '${stub.endpoint}' } }\ndefaultTest: { assert: [{ type: is-refusal }] }\ntests:\n  - { vars: { word: hi }, assert: [{ type: contains, value: h }, { type: not-contains, value: z }] }\n  - { vars: { word: ho }, assert: [{ type: equals, value: ho }] }\n`,
    },
    { OPENAI_API_KEY: 'k-1' },
  );
  const { code, out, err } = await folder.run('evaluate', '--json', '--no-gates');
  assert.equal(code, 0, err);
  const { evaluations } = JSON.parse(out) as { evaluations: SuiteReport[] };
  const [ours, theirs] = evaluations;
  assert.equal(ours.suite, 'ours');
  assert.equal(theirs.tasks.length, 2);
  assert.deepEqual(
    theirs.tasks[0].metrics.slice(0, 4).map(({ name, value, n }) => [name, value, n]),
    [
      ['is-refusal', 0, 2],
      ['contains', 1, 1],
      ['not-contains', 1, 1],
      ['equals', 1, 1],
    ],
  );
  folder.write({
    'ours.eval.yaml': 'dataset: [{ input: a }]\nscorers: [exact]\ntask:\n  model: m\ntrails: 3\n',
  });
  const wrong = await folder.run('evaluate', 'ours');
  assert.match(wrong.err, /SUITE_INVALID[\s\S]*ours\.eval\.yaml[\s\S]*trails/);
});
