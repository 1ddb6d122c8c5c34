import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '../models/table.ts';
import { inferTask } from './infer-task.ts';
import type { DataConfigInput } from './schema.ts';
import { csv, dataProject } from './testing/data-project.ts';

test('the kind and the number of values of the target tell the task', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => ({
    flag: n % 2 === 0,
    sign: n % 2 === 0 ? 1 : -1,
    answer: n % 2 === 0 ? 'yes' : 'no',
    colour: ['red', 'green', 'blue'][n % 3],
    stars: (n % 5) + 1,
    age: n,
    price: n / 7,
  }));
  await using project = dataProject({ 'a.csv': csv(rows) });
  const task = async (target: DataConfigInput['target']): Promise<Task> =>
    inferTask(await project.add({ source: 'a.csv', target }, 'rows'));
  const binary = (target: string, negative: string, positive: string): Task => ({
    ...{ kind: 'binary', target },
    classes: [negative, positive],
  });
  assert.deepEqual(await task({ name: 'flag' }), binary('flag', 'false', 'true'));
  assert.deepEqual(await task({ name: 'sign' }), binary('sign', '-1', '1'));
  assert.deepEqual(await task({ name: 'answer' }), binary('answer', 'no', 'yes'));
  assert.deepEqual(await task({ name: 'answer', positive: 'no' }), binary('answer', 'yes', 'no'));
  assert.deepEqual(await task({ name: 'long', from: 'price > 4' }), binary('long', 'false', 'true'));
  const colours = { kind: 'multiclass', target: 'colour', classes: ['blue', 'green', 'red'] };
  assert.deepEqual(await task({ name: 'colour' }), colours);
  assert.deepEqual(await task({ name: 'stars' }), {
    kind: 'multiclass',
    target: 'stars',
    classes: ['1', '2', '3', '4', '5'],
  });
  assert.deepEqual(await task({ name: 'age', unit: 'years' }), {
    kind: 'regression',
    target: 'age',
    unit: 'years',
  });
  assert.deepEqual(await task({ name: 'price' }), { kind: 'regression', target: 'price' });
  await assert.rejects(
    task({ name: 'answer', positive: 'maybe' }),
    /"maybe" does not occur in the target "answer"/,
  );
  await assert.rejects(task(undefined), { code: 'TARGET_MISSING' });
});
