import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testContext } from '../../test/test-context.ts';
import { inferTask, readTable } from '../data/index.ts';
import type { Context } from '../store/ports.ts';
import { readArtifact } from '../tracking/index.ts';
import { type CommandOptions, command } from './command/command.ts';
import { addSynthetic, type SyntheticTarget } from './testing/synthetic.ts';
import { trainModel } from './train-model.ts';
import { trainWithCommand } from './train-with-command.ts';

const ROWS = 300;

/** Runs a line of Node in place of a trainer, in a folder `work` of the data folder's own. */
async function train(
  context: Context,
  script: string,
  { target = 'bought', ...options }: CommandOptions & { target?: SyntheticTarget } = {},
) {
  const data = await addSynthetic(context, target, ROWS);
  const config = { trainer: command([process.execPath, '-e', script], options), seed: 5 };
  const { version, split, runId } = data;
  const folder = context.store.folder;
  const training = trainWithCommand(context, {
    version,
    split,
    task: inferTask(version),
    config,
    runId,
    folder,
  });
  return { ...data, training };
}

const COPY = `require('fs').cpSync(process.env.AIRWORTHY_TRAIN, 'seen', { recursive: true }); process.exit(3)`;

test('a program is handed the training rows as its graph will be given them, and no others', async () => {
  await using context = testContext();
  const { training, version, split } = await train(context, COPY);
  await assert.rejects(training, { code: 'TRAINER_FAILED', message: /exit code 3; it printed nothing/ });
  const seen = join(context.store.folder, 'seen');
  assert.deepEqual(readdirSync(seen).sort(), [
    'check.csv',
    'check.parquet',
    'params.json',
    'schema.json',
    'train.csv',
    'train.parquet',
  ]);
  const read = (name: string) => readFileSync(join(seen, name), 'utf8');
  assert.deepEqual(JSON.parse(read('params.json')), {
    task: 'binary',
    target: 'bought',
    classes: ['false', 'true'],
    seed: 5,
  });
  const { fields, target } = JSON.parse(read('schema.json'));
  assert.deepEqual(
    [...fields, target].map(({ name, kind }: { name: string; kind: string }) => [name, kind]),
    [
      ['age', 'integer'],
      ['income', 'number'],
      ['city', 'category'],
      ['bought', 'boolean'],
    ],
  );
  const table = await readTable(context, version, { split, role: 'train' });
  const [header, ...lines] = read('train.csv').trimEnd().split('\n');
  assert.equal(header, '"age","income","city","bought"');
  assert.equal(lines.length, split.roles.train);
  const { age, income, city, bought } = table.columns;
  assert.ok(age.kind !== 'category' && income.kind !== 'category' && bought.kind !== 'category');
  assert.ok(city.kind === 'category');
  const expected = lines.map((_, row) => {
    const shown = Number.isNaN(income.values[row]) ? '' : income.values[row];
    return `${age.values[row]},${shown},"${city.categories[city.codes[row]]}",${bought.values[row]}`;
  });
  assert.deepEqual(lines, expected);
  assert.ok(lines.some((line) => line.includes(',,')));
  const [, ...check] = read('check.csv').trimEnd().split('\n');
  assert.deepEqual(
    check,
    lines.map((line) => line.slice(0, line.lastIndexOf(','))),
  );
  assert.deepEqual(await describeParquet(join(seen, 'train.parquet')), [
    { column_name: 'age', column_type: 'BIGINT', missing: 0 },
    { column_name: 'income', column_type: 'DOUBLE', missing: income.values.filter(Number.isNaN).length },
    { column_name: 'city', column_type: 'VARCHAR', missing: 0 },
    { column_name: 'bought', column_type: 'BIGINT', missing: 0 },
  ]);
});

async function describeParquet(path: string): Promise<unknown[]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const summary = `SELECT column_name, column_type, round(count * null_percentage / 100)::INTEGER AS missing
    FROM (SUMMARIZE SELECT * FROM '${path}')`;
  const reader = await connection.runAndReadAll(summary);
  connection.closeSync();
  return reader.getRowObjectsJS();
}

test('what a program leaves running ends with it, and its output is kept', async () => {
  await using context = testContext();
  const leave = `const { spawn } = require('child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    console.log(child.pid); child.unref(); process.exit(4)`;
  const { training, runId } = await train(context, leave);
  await assert.rejects(training, { code: 'TRAINER_FAILED' });
  const pid = Number(await readArtifact(context, runId, 'trainer/output.txt'));
  assert.ok(pid > 0);
  await sleep(50);
  assert.equal(isRunning(pid), false);
});

/** A killed process whose parent has not asked for its end is a zombie (Z). */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('a program that is not there, or is ended by a signal, is told apart', async () => {
  await using context = testContext();
  const { version, split, runId } = await addSynthetic(context, 'price', ROWS);
  const request = { version, split, task: inferTask(version), runId, folder: context.store.folder };
  await assert.rejects(
    trainWithCommand(context, { ...request, config: { trainer: command('no-such-program') } }),
    {
      code: 'TRAINER_FAILED',
      message: /no program "no-such-program"/,
    },
  );
  const abort = command([process.execPath, '-e', 'process.abort()']);
  await assert.rejects(trainWithCommand(context, { ...request, config: { trainer: abort } }), {
    code: 'TRAINER_FAILED',
    message: /ended by signal SIGABRT/,
  });
  await assert.rejects(trainModel(context, { ...request, config: { trainer: abort } }), {
    code: 'CONFIG_INVALID',
  });
});

test('predictions that do not fit the rows or the graph are refused', async () => {
  await using context = testContext();
  const write = (content: string) =>
    `const put = (name, text) => require('fs').writeFileSync(require('path').join(process.env.AIRWORTHY_OUTPUT, name), text);
     put('model.onnx', 'x'); put('predictions.csv', ${JSON.stringify(content)})`;
  const cases: [content: string, message: RegExp][] = [
    ['value\n1\n2', /predictions\.csv has 2 lines for 240 rows/],
    [`value\n${'1\n'.repeat(239)}one`, /predictions\.csv line 241 is "one"/],
    [`value\n${'1,2\n'.repeat(240)}`, /predictions\.csv line 2 is "1,2"/],
  ];
  for (const [content, message] of cases) {
    const { training } = await train(context, write(content), { target: 'price' });
    await assert.rejects(training, { code: 'TRAINER_OUTPUT_INVALID', message });
  }
});
