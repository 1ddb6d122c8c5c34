import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkQuality } from './check-quality.ts';
import type { DatasetVersion, Finding, QualityRuleInput } from './schema.ts';
import { splitDataset } from './split-dataset.ts';
import { csv, dataProject } from './testing/data-project.ts';

const ROWS = Array.from({ length: 200 }, (_, n) => ({
  id: n,
  at: `2001-01-01 00:${String(n % 60).padStart(2, '0')}:00`,
  delay: n === 17 ? -1116 : (n * 37) % 90,
  origin: n % 40 === 3 ? null : ['ORD', 'LGA', 'DFW'][n % 3],
  answer: (n * 7919) % 200 < 60 ? 'late' : 'on time',
  copy: (n * 7919) % 200 < 60 ? 'L' : 'O',
  same: 'x',
  amount: n % 50 === 9 ? 'N/A' : String(n),
  late: (n * 7919) % 200 < 60,
}));

const found = (findings: readonly Finding[], rule: Finding['rule'], column?: string) =>
  findings.filter((finding) => finding.rule === rule && (column === undefined || finding.column === column));

test('what is found without declaring anything', async () => {
  await using project = dataProject({ 'a.csv': csv([...ROWS, ROWS[5], ROWS[5]]) });
  const { findings } = await project.add({
    ...{ source: 'a.csv', target: { name: 'late' } },
    features: ['id', 'delay', 'origin', 'answer', 'copy', 'same', 'amount'],
  });
  const [missing] = found(findings, 'missing', 'origin');
  assert.deepEqual([missing.count, missing.of, missing.severity], [5, 202, 'info']);
  assert.equal(missing.examples.length, 5);
  assert.equal(missing.examples[0].row, 4);
  assert.equal(missing.examples[0].values.origin, null);
  const [duplicates] = found(findings, 'duplicates');
  assert.equal(duplicates.count, 2);
  assert.deepEqual(
    duplicates.examples.map((example) => example.row),
    [6, 201, 202],
  );
  const [constant] = found(findings, 'constant');
  assert.match(constant.message, /"same" is "x" in every row/);
  const [type] = found(findings, 'type', 'amount');
  assert.match(type.message, /98\.0 % of its values are numbers, but 4 values are not/);
  assert.equal(type.examples[0].values.amount, 'N/A');
  assert.deepEqual(
    found(findings, 'leakage').map((finding) => [finding.column, finding.severity]),
    [
      ['answer', 'error'],
      ['copy', 'error'],
    ],
  );
  const [majority] = found(findings, 'majority-baseline');
  assert.match(majority.message, /always predicting false for "late" is right in 70\.3 % of 202 rows/);
  assert.deepEqual(found(findings, 'conflicting-labels'), []);
  assert.equal(findings[0].severity, 'error', 'worst first');
});

test('declared rules: range, allowed, unique, missing, freshness, each with its severity', async () => {
  await using project = dataProject({ 'a.csv': csv(ROWS) });
  const version = await project.add({ source: 'a.csv', target: { name: 'late' } });
  const now = Date.parse('2001-01-11T00:00:00Z');
  const context = { ...project.context, clock: { now: () => now } };
  const rules: QualityRuleInput[] = [
    { rule: 'range', column: 'delay', minimum: -120, maximum: 1440, severity: 'error' },
    { rule: 'range', column: 'at', minimum: '2001-01-01T00:59:00Z' },
    { rule: 'allowed', column: 'origin', values: ['ORD', 'LGA'] },
    { rule: 'unique', columns: ['id'] },
    { rule: 'unique', columns: ['at', 'same'] },
    { rule: 'missing', column: 'origin', maximum: 0.02 },
    { rule: 'freshness', column: 'at', days: 9 },
  ];
  const findings = await checkQuality(context, version, rules);
  const [delay] = found(findings, 'range', 'delay');
  assert.deepEqual([delay.count, delay.severity, delay.examples[0].row], [1, 'error', 18]);
  assert.match(delay.message, /outside -120 to 1440 in 1 rows \(seen: -1116 to 89\)/);
  assert.equal(found(findings, 'range', 'at')[0].count, ROWS.length - 3);
  assert.equal(found(findings, 'allowed', 'origin')[0].count, 65);
  const unique = found(findings, 'unique');
  assert.deepEqual(
    unique.map((finding) => finding.count),
    [140],
  );
  assert.match(found(findings, 'missing', 'origin')[0].message, /2\.5 %\); at most 2\.0 % may be/);
  assert.match(found(findings, 'freshness')[0].message, /9 days ago; at most 9 are allowed/);
  assert.deepEqual(
    found(await checkQuality(context, version, [{ rule: 'freshness', column: 'at', days: 10 }]), 'freshness'),
    [],
  );
});

test('ranges and closed lists of the columns are rules too', async () => {
  await using project = dataProject({ 'a.csv': csv(ROWS) });
  const { findings, schema } = await project.add({
    ...{ source: 'a.csv', target: { name: 'late' } },
    columns: { delay: { minimum: 0 }, origin: { allowed: ['ORD', 'LGA'] } },
  });
  assert.equal(found(findings, 'range', 'delay')[0].count, 1);
  assert.equal(found(findings, 'allowed', 'origin').length, 1);
  const origin = schema.fields.find((field) => field.name === 'origin');
  assert.deepEqual([origin?.closed, origin?.categories], [true, ['ORD', 'LGA']]);
});

test('conflicting labels, and rows on both sides of a split', async () => {
  const rows = Array.from({ length: 100 }, (_, n) => ({
    a: n % 10,
    b: n % 3 === 0 ? 'x' : 'y',
    late: n < 50,
  }));
  await using project = dataProject({ 'a.csv': csv(rows) });
  const version: DatasetVersion = await project.add({ source: 'a.csv', target: { name: 'late' } });
  const [conflicts] = found(version.findings, 'conflicting-labels');
  assert.ok(conflicts.count > 50);
  const [first, second] = conflicts.examples;
  assert.equal(first.values.a, second.values.a);
  const split = await splitDataset(project.context, version, { by: 'random', test: 0.2, seed: 1 });
  const [overlap] = found(await checkQuality(project.context, version, [], split), 'split-overlap');
  assert.deepEqual([overlap.of, overlap.severity], [20, 'warning']);
  assert.ok(overlap.count >= 10);
  const silent: QualityRuleInput[] = [{ rule: 'split-overlap', maximum: 1 }];
  assert.deepEqual(found(await checkQuality(project.context, version, silent, split), 'split-overlap'), []);
});

test('the age of the newest row is judged anew each time, though unchanged files are not read again', async () => {
  await using project = dataProject({ 'a.csv': csv(ROWS) });
  const config = { source: 'a.csv', quality: [{ rule: 'freshness' as const, column: 'at', days: 30 }] };
  const at = async (now: string) => {
    const { addDataset } = await import('./add-dataset.ts');
    const context = { ...project.context, clock: { now: () => Date.parse(now) } };
    return addDataset(context, { name: 'rows', config, folder: project.folder });
  };
  const fresh = await at('2001-01-10T00:00:00Z');
  const stale = await at('2001-03-10T00:00:00Z');
  assert.deepEqual([found(fresh.version.findings, 'freshness').length, stale.reused], [0, true]);
  assert.equal(found(stale.version.findings, 'freshness').length, 1);
});

test('commands for an assistant: one label for three in four, copies, labels spelt two ways, rows of the test seen in training', async () => {
  const rows = Array.from({ length: 400 }, (_, n) => ({
    said: n % 20 === 7 ? 'set a timer' : `sentence ${n % 380}`,
    call: n % 4 !== 0 ? 'other()' : `weather(place="${n % 380}")`,
  }));
  for (let copy = 0; copy < 12; copy++) {
    const call = copy % 2 === 0 ? "timer('10 minutes')" : 'Timer("10  minutes")';
    rows.push({ said: 'set a timer for ten minutes', call });
  }
  await using project = dataProject({ 'said.csv': csv(rows) });
  const version = await project.add({ source: 'said.csv', target: { name: 'call' } });
  const split = await splitDataset(project.context, version, { by: 'random', test: 0.3, seed: 1 });
  const findings = await checkQuality(project.context, version, [], split);
  const fired = new Set(findings.map((finding) => finding.rule));
  for (const rule of ['majority-baseline', 'duplicates', 'conflicting-labels', 'split-overlap'] as const)
    assert.ok(fired.has(rule), `${rule} is silent`);
  const [majority] = found(findings, 'majority-baseline');
  assert.match(majority.message, /always predicting "?other\(\)"?.* 7[0-9]\.\d %/);
  const [conflicts] = found(findings, 'conflicting-labels');
  assert.match(conflicts.message, /the labels of (all|12) of these differ only in quotes, case or spaces/);
  assert.match(conflicts.remedy ?? '', /one way/);
});

test('classes that one side of the split lacks', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => ({
    author: n < 40 ? 'a' : 'b',
    said: `sentence ${n}`,
    skill: ['timer', 'light', n < 40 ? 'music' : 'stop'][n % 3],
  }));
  await using project = dataProject({ 'said.csv': csv(rows) });
  const version = await project.add({ source: 'said.csv', target: { name: 'skill' } });
  const findings = async (by: 'random' | 'author') => {
    const split = await splitDataset(project.context, version, { by, test: 1 / 3, seed: 1 });
    return found(await checkQuality(project.context, version, [], split), 'missing-class');
  };
  assert.deepEqual(await findings('random'), []);
  const said = await findings('author');
  assert.deepEqual(
    said.map(({ message, severity, count, of }) => ({ message, severity, count, of })),
    [
      {
        message:
          '1 of 4 classes of "skill" are in no test row, so that nothing says how a model does on them: "music"',
        ...{ severity: 'warning', count: 1, of: 4 },
      },
      {
        message: '1 of 4 classes of "skill" are only in test rows, so that no model can learn them: "stop"',
        ...{ severity: 'warning', count: 1, of: 4 },
      },
    ],
  );
  assert.equal(said[0].examples[0].row, 3);
});
