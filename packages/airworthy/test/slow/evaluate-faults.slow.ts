import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type StubAnswer,
  type StubModel,
  type StubRequest,
  startStubModel,
} from '../../src/evaluation/testing/stub-model.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';

/** What goes wrong with models, scorers and files, through the command line: the status, the exit code, and that it goes on. */
const ROOT = join(import.meta.dirname, '../../../..');
const FINE = 0;
const BAD_INPUT = 2;
const UNAVAILABLE = 4;
const BUDGET_SPENT = 5;

interface Report {
  state: string;
  cases: { asked: number } | number;
  tasks: {
    results: { ok: number; error: number; timeout: number };
    errors: { code: string; results: number }[];
    metrics: { name: string; value: number | null; counts: Record<string, number> }[];
  }[];
}

function openProject(): { folder: string; write(name: string, text: string): void } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-faults-'));
  mkdirSync(join(folder, '.airworthy'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    write: (name, text) => writeFileSync(join(folder, name), text),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function evaluate(
  folder: string,
  ...flags: string[]
): Promise<{ exit: number | null; report: Report; error: string; out: string }> {
  const { ended, output } = spawnCli(['evaluate', '--json', ...flags], folder);
  const exit = await ended;
  const parsed = output.out.trim() === '' ? {} : JSON.parse(output.out);
  return { exit, report: parsed as Report, error: output.err, out: output.out };
}

/** Twenty questions whose answers are themselves. */
function echoSuite(endpoint: string, more = '', cases = 20): string {
  const rows = Array.from(
    { length: cases },
    (_, index) => `  - { id: c${index}, input: { q: word ${index} }, expected: word ${index} }`,
  );
  return `name: echo\ndataset:\n${rows.join('\n')}\ntask: { model: m, endpoint: '${endpoint}', prompt: '{{q}}' }\nscorers: [exact]\n${more}\n`;
}

const echo = ({ body }: StubRequest) => String(body.messages?.[0].content);

/** Evaluates while something is wrong, then mends it and asks again what failed. */
async function brokenThenMended(
  stub: StubModel,
  fault: (request: StubRequest) => StubAnswer,
  more = '',
): Promise<Report> {
  using project = openProject();
  project.write('echo.eval.yaml', echoSuite(stub.endpoint, more));
  const broken = (request: StubRequest) => (/ 1\d?$/.test(echo(request)) ? fault(request) : echo(request));
  stub.answerWith(broken);
  const first = await evaluate(project.folder);
  assert.equal(first.exit, UNAVAILABLE, first.error + first.out);
  const [{ results, metrics }] = first.report.tasks;
  assert.equal(results.ok, 9, 'cases that nothing is wrong with are answered');
  assert.equal(metrics[0].value, 1, 'an error is no wrong answer');
  assert.equal(metrics[0].counts.error, 11, 'and is not dropped');
  const asked = stub.requests.length;
  stub.answerWith(echo);
  const second = await evaluate(project.folder, '--retry-errors');
  assert.equal(second.exit, FINE, second.error + second.out);
  assert.deepEqual(second.report.tasks[0].results, { ...results, ok: 20, error: 0, timeout: 0 });
  assert.equal(stub.requests.length - asked, 11, 'only what failed is asked again');
  return first.report;
}

const codesOf = (report: Report) => report.tasks[0].errors.map(({ code, results }) => [code, results]);

test('a storm of 429 passes: fewer at once, Retry-After heeded, every case answered', {
  timeout: 120_000,
}, async () => {
  using project = openProject();
  let underWay = 0;
  await using stub = await startStubModel((request) => {
    if (underWay >= 3) return { status: 429, headers: { 'retry-after': '1' } };
    underWay++;
    setTimeout(() => underWay--, 20);
    return { content: echo(request), delayMs: 20 };
  });
  project.write('echo.eval.yaml', echoSuite(stub.endpoint, 'concurrency: 16', 40));
  const { exit, report, error } = await evaluate(project.folder);
  assert.equal(exit, FINE, error);
  assert.equal(report.tasks[0].results.ok, 40);
  assert.ok(stub.requests.length > 40, 'it was refused at first');
});

test('429 without end, 500, malformed JSON, half an answer, half a stream, prose for an answer, a refused key', {
  timeout: 180_000,
}, async () => {
  const faults: [string, StubAnswer][] = [
    ['MODEL_CALL_FAILED', { status: 429, headers: { 'retry-after-ms': '1' } }],
    ['MODEL_CALL_FAILED', { status: 500, headers: { 'retry-after-ms': '1' } }],
    ['MODEL_ANSWER_INVALID', { raw: '{"choices":[{"message"' }],
    ['MODEL_CALL_FAILED', { content: 'x'.repeat(2_000), fault: 'half' }],
    ['MODEL_CALL_FAILED', { content: 'a long enough answer', stream: true, fault: 'half' }],
    ['MODEL_ANSWER_INVALID', { json: { answer: 'yes' } }],
    ['MODEL_CALL_REFUSED', { status: 401, content: 'wrong key' }],
  ];
  for (const [code, fault] of faults) {
    await using stub = await startStubModel();
    const report = await brokenThenMended(stub, () => fault);
    assert.deepEqual(codesOf(report), [[code, 11]], JSON.stringify(fault).slice(0, 80));
  }
});

test('what hangs is a timeout of its cases, and of no others', { timeout: 60_000 }, async () => {
  await using stub = await startStubModel();
  const report = await brokenThenMended(
    stub,
    () => ({ fault: 'hang' }),
    'timeoutSeconds: 0.5\nconcurrency: 20',
  );
  assert.equal(report.tasks[0].results.timeout, 11);
});

test('nothing listens: an infrastructure error, and the same suite goes on when something does', {
  timeout: 60_000,
}, async () => {
  using project = openProject();
  project.write('echo.eval.yaml', echoSuite('http://127.0.0.1:9/v1', '', 3));
  const { exit, report } = await evaluate(project.folder);
  assert.equal(exit, UNAVAILABLE);
  assert.deepEqual(codesOf(report), [['MODEL_CALL_FAILED', 3]]);
  assert.equal(report.tasks[0].metrics[0].value, null);
});

test('a scorer that throws, a NaN, a judge that says prose: errors of the score, never zeros', {
  timeout: 60_000,
}, async () => {
  await using stub = await startStubModel('Well, I would say it is quite good.');
  using project = openProject();
  project.write(
    'own.eval.ts',
    `export default {
       name: 'own', dataset: [1, 2, 3, 4].map((n) => ({ id: String(n), input: n })), task: (n) => n,
       scorers: [
         function even(each) { if (each.input === 3) throw new Error('no idea'); return each.input % 2 === 0; },
         function half(each) { return each.input === 1 ? Number.NaN : 0.5; },
         { type: 'criteria', name: 'kind', value: 'is kind', judge: { model: 'j', endpoint: '${stub.endpoint}' } },
       ],
     };`,
  );
  const { exit, report, error } = await evaluate(project.folder);
  assert.equal(exit, UNAVAILABLE, error);
  assert.equal(report.tasks[0].results.ok, 4, 'the answers are not at fault');
  const counts = Object.fromEntries(
    report.tasks[0].metrics.map(({ name, value, counts }) => [name, [counts.scored, counts.error, value]]),
  );
  assert.deepEqual(counts.even, [3, 1, 2 / 3]);
  assert.deepEqual(counts.half, [3, 1, 0.5]);
  assert.deepEqual(counts.kind, [0, 4, null]);
});

test('a suite that does not load, and one that cannot be, are said before any call', {
  timeout: 60_000,
}, async () => {
  await using stub = await startStubModel();
  const suites: [string, string, number, RegExp][] = [
    [
      'a.eval.ts',
      "import './not-there.ts';\nexport default {};",
      UNAVAILABLE,
      /SUITE_IMPORT_FAILED.*a\.eval\.ts/s,
    ],
    ['a.eval.ts', "throw new Error('at import');", UNAVAILABLE, /SUITE_IMPORT_FAILED.*at import/s],
    ['a.eval.yaml', 'name: [', UNAVAILABLE, /a\.eval\.yaml:1/],
    [
      'a.eval.yaml',
      echoSuite(stub.endpoint).replace('{{q}}', '{{q | upper}}'),
      BAD_INPUT,
      /TEMPLATE_INVALID/,
    ],
    ['a.eval.yaml', echoSuite(stub.endpoint, 'budget: { cost: 1 }'), BAD_INPUT, /MODEL_PRICE_UNKNOWN/],
    [
      'a.eval.yaml',
      echoSuite(stub.endpoint).replace("prompt: '{{q}}'", "prompt: '{{q}}', keyVariable: NO_SUCH_KEY"),
      BAD_INPUT,
      /MODEL_KEY_MISSING.*NO_SUCH_KEY/s,
    ],
  ];
  for (const [name, text, exit, message] of suites) {
    using project = openProject();
    project.write(name, text);
    const ended = await evaluate(project.folder);
    assert.deepEqual(
      [ended.exit, message.test(ended.error + ended.out)],
      [exit, true],
      `${text.slice(-120)}\n${ended.error}${ended.out}`,
    );
  }
  assert.equal(stub.connections, 0);
});

test('strict: no socket is opened, a missing recording is named, and what is recorded needs nothing else', {
  timeout: 60_000,
}, async () => {
  await using stub = await startStubModel(echo);
  using project = openProject();
  project.write('echo.eval.yaml', echoSuite(stub.endpoint));
  const missing = await evaluate(project.folder, '--cache', 'strict');
  assert.equal(missing.exit, UNAVAILABLE);
  assert.deepEqual(codesOf(missing.report), [['RECORDING_MISSING', 20]]);
  assert.equal(stub.connections, 0);
  const recorded = await evaluate(project.folder, '--cache', 'record');
  assert.equal(recorded.exit, FINE, recorded.error);
  assert.equal(stub.requests.length, 20);
  const { connections } = stub;
  rmSync(join(project.folder, '.airworthy'), { recursive: true });
  mkdirSync(join(project.folder, '.airworthy'));
  const replayed = await evaluate(project.folder, '--cache', 'strict');
  assert.equal(replayed.exit, FINE, replayed.error);
  assert.equal(stub.connections, connections);
  assert.equal(replayed.report.tasks[0].metrics[0].value, 1);
});

test('killed while it records and run again: what was answered is not asked again, and the recordings are whole', {
  timeout: 60_000,
}, async () => {
  await using stub = await startStubModel((request) => ({ content: echo(request), delayMs: 50 }));
  using project = openProject();
  project.write('echo.eval.yaml', echoSuite(stub.endpoint, 'concurrency: 4', 60));
  const { child, ended } = spawnCli(['evaluate', '--cache', 'record', '--json'], project.folder);
  while (stub.requests.length < 30) await sleep(5);
  child.kill('SIGKILL');
  await ended;
  const again = await evaluate(project.folder, '--cache', 'record');
  assert.equal(again.exit, FINE, again.error);
  assert.equal(again.report.tasks[0].results.ok, 60);
  assert.ok(stub.requests.length <= 60 + 12, `${stub.requests.length} requests for 60 cases`);
  const lines = readFileSync(join(project.folder, 'echo.recordings.jsonl'), 'utf8').trim().split('\n');
  assert.deepEqual(
    [lines.length, lines.every((line, index) => index === 0 || lines[index - 1] < line)],
    [60, true],
  );
  assert.ok(!existsSync(join(project.folder, 'echo.recordings.jsonl.sorted')));
  const replayed = await evaluate(project.folder, '--cache', 'strict');
  assert.equal(replayed.exit, FINE, replayed.error);
});

test('a budget that is spent ends with its own exit code, and the same command goes on', {
  timeout: 60_000,
}, async () => {
  await using stub = await startStubModel(echo);
  using project = openProject();
  project.write('echo.eval.yaml', echoSuite(stub.endpoint, 'budget: { requests: 12 }'));
  const first = await evaluate(project.folder);
  assert.equal(first.exit, BUDGET_SPENT, first.error);
  assert.equal(stub.requests.length, 12);
  const second = await evaluate(project.folder);
  assert.equal(second.exit, FINE, second.error);
  assert.deepEqual([second.report.tasks[0].results.ok, stub.requests.length], [20, 20]);
});
