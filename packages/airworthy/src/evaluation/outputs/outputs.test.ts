import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPORT_SCHEMA, SuiteReport } from '../report/schema.ts';
import { githubAnnotations } from './github.ts';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { markdownMarker, renderMarkdown } from './markdown.ts';
import { requireOutputPath, writeOutput } from './write-output.ts';

const HOSTILE = 'a|b <script>alert(1)</script> `x` \u0000 \ud800 -->\n::error::x %0A';

function reportWith(changes: Partial<SuiteReport> = {}): SuiteReport {
  const counts = { scored: 200, skipped: 0, unscorable: 0, error: 0 };
  const metric = {
    name: 'exact',
    label: 'exact',
    n: 200,
    clusters: 200,
    method: 'Wilson',
    better: 'higher' as const,
    counts,
  };
  const verdict = {
    ...{
      id: 'v',
      run: 'r',
      suite: 'support',
      evaluation: 'e',
      task: 'small',
      gate: 'exact no-worse-than',
      metric: 'exact',
    },
    ...{
      rule: 'no-worse-than' as const,
      margin: 0.03,
      slice: 'overall',
      baseline: null,
      outcome: 'undecided' as const,
    },
    ...{
      estimate: -0.01,
      low: -0.04,
      high: 0.02,
      confidence: 0.95,
      n: 200,
      clusters: 200,
      method: 'Bonett-Price',
    },
    ...{
      candidateValue: 0.84,
      baselineValue: 0.85,
      detectable: 0.06,
      neededN: 690,
      onUndecided: 'fail' as const,
    },
    sentence: `Undecided: ${HOSTILE}`,
  };
  return SuiteReport.parse({
    ...{
      schema: REPORT_SCHEMA,
      id: 'e',
      suite: 'support',
      number: 3,
      state: 'finished',
      outcome: 'undecided',
    },
    ...{ sentence: 'Undecided: exact is 0.01 worse.', trials: 1, seed: '1', confidence: 0.95 },
    dataset: { version: null, role: 'dev', digest: 'd', cases: 200, clusters: 200 },
    tasks: [
      {
        ...{ name: 'small', digest: 'd', run: 'r', errors: [], slices: [], steadiness: [], cost: null },
        results: { ok: 200, error: 0, timeout: 0, cached: 0 },
        metrics: [{ ...metric, value: 0.84, low: 0.78, high: 0.885 }],
        comparedWith: { name: 'main', evaluation: 'f', task: 'small' },
        comparisons: [
          {
            metric: 'exact',
            improvement: -0.01,
            low: -0.04,
            high: 0.02,
            n: 200,
            clusters: 200,
            method: 'Bonett-Price',
          },
        ],
        latencyMs: { p50: 1, p95: 2 },
        tokens: { input: 0, output: 0 },
      },
    ],
    verdicts: [verdict],
    regressions: [{ task: 'small', case: HOSTILE, metric: 'exact', baseline: 1, candidate: 0 }],
    startedAt: 1_000,
    endedAt: 3_500,
    ...changes,
  });
}

test('a comment begins with its marker, says the verdict, then what got worse, and stays within what GitHub takes', () => {
  const text = renderMarkdown([reportWith()]);
  assert.ok(text.startsWith(`${markdownMarker(['support'])}\n`));
  assert.ok(text.indexOf('undecided') < text.indexOf('1 regression'));
  assert.ok(text.indexOf('1 regression') < text.indexOf('| metric |'));
  assert.match(text, /-0\.01 \[-0\.04, 0\.02\]/);
  // Inside backticks it is text; anywhere else it is escaped.
  assert.doesNotMatch(text.replaceAll(/``.*``/g, ''), /(?<!\\)<script/);
  const many = Array.from({ length: 400 }, () => ({
    ...reportWith().verdicts[0],
    sentence: 'x'.repeat(400),
  }));
  const long = renderMarkdown([reportWith({ verdicts: many })]);
  assert.ok(long.length <= 60_000 && long.length > 50_000, String(long.length));
  assert.match(long, /More does not fit/);
});

test('JUnit tells undecided as the gate wants it, and what cannot be judged as an error', () => {
  const [undecided] = reportWith().verdicts;
  const verdicts = [
    undecided,
    { ...undecided, onUndecided: 'warn' as const },
    { ...undecided, outcome: 'error' as const },
    { ...undecided, outcome: 'pass' as const, slice: 'lang=de' },
  ];
  const text = renderJunit([reportWith({ verdicts })]);
  assert.match(text, /<testsuite name="support" tests="4" failures="1" errors="1" skipped="1" time="2\.500"/);
  assert.match(text, /name="exact no-worse-than \(lang=de\)"/);
  assert.match(text, /&lt;script&gt;/);
  assert.ok(text.isWellFormed() && !text.includes('\u0000'));
  const stopped = reportWith({ verdicts: [], outcome: null, state: 'stopped', sentence: 'Stopped: budget.' });
  assert.match(renderJunit([stopped]), /errors="1".*\n.*<error message="Stopped: budget."/);
});

test('an annotation is one line, whatever a sentence holds', () => {
  const [line, ...more] = githubAnnotations([reportWith()]);
  assert.equal(more.length, 0);
  assert.match(line, /^::warning title=support%3A exact no-worse-than::Undecided: /);
  assert.equal(line.split('\n').length, 1);
  const passed = githubAnnotations([reportWith({ verdicts: [], outcome: 'pass', sentence: 'Passed.' })]);
  assert.deepEqual(passed, ['::notice title=support::Passed.']);
});

test('the page holds its reports as data, no script runs in it, and intervals are drawn', () => {
  const page = renderHtml([reportWith()]);
  assert.equal(page.match(/<script/g)?.length, 1);
  const held = /<script type="application\/json" id="reports">(.*)<\/script>/.exec(page)?.[1] ?? '';
  assert.deepEqual(JSON.parse(held), [JSON.parse(JSON.stringify(reportWith()))]);
  assert.equal(page.match(/<svg /g)?.length, 2);
  assert.match(page, /aria-label="exact 0\.84 \[0\.78, 0\.885\]"/);
});

test('files are whole or not there, and an unknown ending is refused beforehand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-'));
  const broken = async function* () {
    yield { case: 'a' };
    throw new Error('the rows end early');
  };
  const rows = async function* () {
    yield { case: 'a' };
    yield { case: 'b' };
  };
  const reports = [reportWith()];
  for (const ending of ['.json', '.xml', '.md', '.html', '.jsonl']) {
    await writeOutput({ path: join(folder, 'deep', `report${ending}`), reports, rows });
  }
  assert.equal(readFileSync(join(folder, 'deep', 'report.jsonl'), 'utf8'), '{"case":"a"}\n{"case":"b"}\n');
  assert.equal(
    SuiteReport.parse(JSON.parse(readFileSync(join(folder, 'deep', 'report.json'), 'utf8'))).id,
    'e',
  );
  await assert.rejects(writeOutput({ path: join(folder, 'half.jsonl'), reports, rows: broken }), /end early/);
  assert.ok(!readdirSync(folder).includes('half.jsonl'));
  assert.throws(() => requireOutputPath('report.pdf'), { code: 'BAD_ARGUMENT', at: '--output' });
  rmSync(folder, { recursive: true });
});
