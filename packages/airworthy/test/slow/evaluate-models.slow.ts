import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openApp } from '../../src/app.ts';
import { type CommandOutcome, runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { addDataset, DataConfig } from '../../src/data/index.ts';
import {
  type EvaluationReport,
  listCases,
  readStoredCases,
  type SuiteReport,
  type TaskContext,
} from '../../src/evaluation/index.ts';
import { findEqualRows } from '../../src/lifecycle/evaluate/equal-rows.ts';
import { openTask } from '../../src/lifecycle/evaluate/open-task.ts';
import { recordsToTable } from '../../src/models/read-record.ts';
import type { Field } from '../../src/models/table.ts';

const MASS = `task: { bundle: 'penguins@champion' }
dataset: { dataset: penguins, split: test }
scorers: [{ type: regression, name: mass, metrics: [rmse, mae, r2] }]
slices: [species]
gates:
  - { metric: mass/r2, rule: at-least, value: 0.7 }
  - { metric: mass/rmse, rule: no-worse-than, margin: 40 }
`;

/** The template's project, shipped. */
async function shipPenguins(t: TestContext) {
  const parent = mkdtempSync(join(tmpdir(), 'airworthy-models-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'penguins');
  const run = async (code: number, ...argv: string[]): Promise<CommandOutcome> => {
    const outcome = await runCommandLine(argv, { cwd: argv[0] === 'init' ? parent : folder });
    assert.equal(outcome.code, code, `${argv.join(' ')}\n${outcome.out}\n${outcome.err}`);
    return outcome;
  };
  await run(0, 'init', 'penguins');
  const shipped = (await run(0, 'ship', '--json')).json<{
    stages: { stage: string; facts: { metrics: EvaluationReport['metrics'] } }[];
  }>();
  const stage = shipped.stages.find(({ stage }) => stage === 'evaluation');
  assert.ok(stage);
  const write = (name: string, text: string) => writeFileSync(join(folder, `${name}.eval.yaml`), text);
  return { folder, run, write, shipped: stage.facts.metrics };
}

const figuresOf = ({ tasks }: SuiteReport) =>
  tasks.flatMap(({ metrics }) => metrics.map((one) => [one.name, one.value]));

test('a suite judges a packed model on its held-back rows, as ship does; held-out rows that it learnt from are found', async (t) => {
  const { folder, run, write, shipped } = await shipPenguins(t);

  write('mass', MASS);
  const first = (await run(3, 'evaluate', 'mass', '--json')).json<SuiteReport>();
  assert.deepEqual(
    first.verdicts.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['pass', undefined],
      ['undecided', 'no-baseline'],
    ],
  );
  const rmse = shipped.find(({ name }) => name === 'rmse');
  const [measured] = first.tasks[0].metrics;
  assert.equal(measured.n, rmse?.n);
  assert.ok(Math.abs((measured.value ?? 0) - (rmse?.value ?? 0)) < 1e-9, `${measured.value}, ${rmse?.value}`);
  assert.deepEqual(first.tasks[0].slices.map(({ name }) => name).sort(), [
    'species=Adelie',
    'species=Chinstrap',
    'species=Gentoo',
  ]);
  await run(0, 'bless', 'mass', '--reason', 'the first');
  const second = (await run(0, 'evaluate', 'mass', '--json')).json<SuiteReport>();
  assert.deepEqual(figuresOf(second), figuresOf(first));

  await t.test('a batch answers as one by one does', async () => {
    await using app = await openApp({ folder });
    const { context, project } = app;
    const task = await openTask(
      context,
      project,
      { bundle: 'penguins@champion' },
      { name: 'main', folder, env: {} },
    );
    const place = { trial: 0, seed: 1, signal: new AbortController().signal } as TaskContext;
    const items = await listCases(context, first.id, { limit: 200 });
    const outputs = new Map(items.map(({ id, output }) => [id, output]));
    assert.equal(outputs.size, rmse?.n);
    const { p50, p95 } = first.tasks[0].latencyMs;
    assert.equal(p50, p95, 'all rows were one batch');
    for await (const each of readStoredCases(context, first.id))
      assert.deepEqual(outputs.get(each.id), (await task.run(each, place)).value);
    await task.close?.();
  });

  await t.test('a record that cannot be read is an error of its own, and of no other', async () => {
    const row =
      'bill_length_mm: 39.1, bill_depth_mm: 18.7, flipper_length_mm: 181, sex: male, species: Adelie, island: Torgersen';
    const cases = [row, row.replace('39.1', 'long'), row.replace('39.1', "'39.1'")].map(
      (fields, index) => `  - { id: ${index}, expected: 3750, input: { ${fields} } }`,
    );
    write(
      'rows',
      `task: { bundle: 'penguins@champion' }\nscorers: [{ type: regression }]\ndataset:\n${cases.join('\n')}\n`,
    );
    const { tasks } = (await run(4, 'evaluate', 'rows', '--json')).json<SuiteReport>();
    assert.deepEqual([tasks[0].results.ok, tasks[0].results.error], [2, 1]);
    assert.match(tasks[0].errors[0].message ?? '', /case "1": bill_length_mm/);
  });

  await t.test('two models are two tasks', async () => {
    const tasks = "tasks: { packed: { bundle: 'penguins/1' }, served: { endpoint: penguins } }";
    write('both', MASS.replace(/^task:.*$/m, tasks));
    const { tasks: both } = (await run(0, 'evaluate', 'both', '--json')).json<SuiteReport>();
    assert.deepEqual(both[1].comparisons.map(({ improvement }) => improvement).slice(0, 3), [0, 0, 0]);
  });

  await t.test('rows that the model was trained on are no held-out rows', async () => {
    write('held', `role: held-out\n${MASS.replace(/^ .*no-worse.*\n/m, '')}`);
    const held = (await run(0, 'evaluate', 'held', '--json')).json<SuiteReport>();
    assert.deepEqual(
      held.verdicts.map(({ outcome }) => outcome),
      ['pass'],
    );
    write(
      'leak',
      `role: held-out\n${MASS.replace(/^ .*no-worse.*\n/m, '').replace('split: test', 'split: train')}`,
    );
    const leak = (await run(1, 'evaluate', 'leak', '--json')).json<SuiteReport>();
    assert.deepEqual(
      leak.verdicts.map(({ outcome, reason }) => [outcome, reason]),
      [['error', 'held-out-overlap']],
    );
    assert.match(
      leak.verdicts[0].sentence,
      /239 of 239 held-out cases are in the rows that task "main" was trained on/,
    );
  });

  await t.test('rows that stand in a file are found cell by cell, and rows like them are not', async () => {
    const header = 'species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,sex';
    const lines = readFileSync(join(folder, 'data/penguins.csv'), 'utf8').trim().split('\n');
    const files = {
      like: ['Adelie,Torgersen,31.1,11.7,171,male'],
      same: lines.slice(1).map((line) => line.replace(/,[^,]*$/, '')),
    };
    for (const [name, rows] of Object.entries(files)) {
      writeFileSync(join(folder, `${name}.csv`), `${[header, ...rows].join('\n')}\n`);
      write(name, `role: held-out\noverlapWith: [${name}.csv]\n${MASS.replace(/^ .*no-worse.*\n/m, '')}`);
    }
    await run(0, 'evaluate', 'like');
    const same = (await run(1, 'evaluate', 'same', '--json')).json<SuiteReport>();
    assert.match(same.verdicts[0].sentence, /103 held-out cases found elsewhere: "[0-9a-f]+" in same.csv/);
  });

  await t.test('a side of a dataset that was never split is named', async () => {
    await using app = await openApp({ folder });
    const config = DataConfig.parse({ source: 'data/penguins.csv' });
    await addDataset(app.context, { name: 'birds', config, folder });
    write('wrong', MASS.replace('dataset: penguins', 'dataset: birds'));
    const { err } = await run(2, 'evaluate', 'wrong');
    assert.match(err, /dataset "birds" version 1 has no split to take the rows of "test" from/);
  });
});

test('records equal to rows of a table are copies where there are more of them than the table’s own twins explain', async () => {
  const fields: Field[] = [
    { name: 'x', kind: 'number', nullable: true },
    { name: 'at', kind: 'timestamp', nullable: false },
    { name: 'place', kind: 'category', nullable: true },
  ];
  const tableOf = (rows: number, distinct: number) =>
    recordsToTable(
      fields,
      Array.from({ length: rows }, (_, row) => ({
        x: row % distinct,
        at: row % 7,
        place: row % 3 ? 'a' : null,
      })),
    );
  async function* records(count: number, from: number) {
    for (let row = 0; row < count; row++)
      yield {
        id: `${row}`,
        record: {
          x: from + row,
          at: new Date((from + row) % 7).toISOString(),
          place: (from + row) % 3 ? 'a' : '',
        },
      };
  }
  const unlike = tableOf(1_000, 1_000);
  const copied = await findEqualRows(records(10, 990), fields, unlike);
  assert.deepEqual([copied.equal.length, copied.twins.count, copied.isMoreThanChance], [10, 0, true]);
  const fresh = await findEqualRows(records(10, 1_000), fields, unlike);
  assert.deepEqual([fresh.equal.length, fresh.records, fresh.isMoreThanChance], [0, 10, false]);
  const alike = tableOf(1_000, 42);
  const chance = await findEqualRows(records(42, 0), fields, alike);
  assert.deepEqual(
    [chance.equal.length, chance.twins, chance.isMoreThanChance],
    [42, { count: 1_000, of: 1_000 }, false],
  );
});
