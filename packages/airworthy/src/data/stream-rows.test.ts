import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type StreamOptions, streamRows } from './stream-rows.ts';
import { csv, dataProject } from './testing/data-project.ts';

const DAY = (day: number) => Date.UTC(2001, 0, day);

async function collect(options: Partial<StreamOptions>) {
  await using project = dataProject();
  const rows = [
    { at: '2001-01-03', who: 'c', n: 3, ok: true },
    { at: '2001-01-01', who: 'a', n: 1, ok: false },
    { at: '', who: 'z', n: 9, ok: true },
    { at: '2001-01-01', who: '', n: '', ok: true },
    { at: '2001-01-02', who: 'b', n: 2, ok: '' },
  ];
  project.write('rows.csv', csv(rows));
  const version = await project.add({ source: 'rows.csv' });
  await using stream = await streamRows(project.context, version, {
    ...{ by: 'at', columns: ['at', 'who', 'n', 'ok'] },
    ...options,
  });
  const found = [];
  for await (const chunk of stream.chunks()) found.push(...chunk);
  assert.equal(found.length, stream.rows);
  return { found, first: stream.first, last: stream.last };
}

test('rows come in the order of time, those of one moment in the order of the file, those without a time not', async () => {
  const { found, first, last } = await collect({ computed: { twice: 'n * 2' } });
  assert.deepEqual(found, [
    { number: 1, time: DAY(1), values: { at: DAY(1), who: 'a', n: 1, ok: false }, computed: { twice: 2 } },
    {
      number: 3,
      time: DAY(1),
      values: { at: DAY(1), who: null, n: null, ok: true },
      computed: { twice: null },
    },
    { number: 4, time: DAY(2), values: { at: DAY(2), who: 'b', n: 2, ok: null }, computed: { twice: 4 } },
    { number: 0, time: DAY(3), values: { at: DAY(3), who: 'c', n: 3, ok: true }, computed: { twice: 6 } },
  ]);
  assert.deepEqual([first, last], [DAY(1), DAY(3)]);
});

test('a period and a condition choose rows; none is no error', async () => {
  const numbers = async (options: Partial<StreamOptions>) =>
    (await collect(options)).found.map((row) => row.number);
  assert.deepEqual(await numbers({ from: DAY(2), to: DAY(3) }), [4]);
  assert.deepEqual(await numbers({ keep: "who = 'a' OR n = 3" }), [1, 0]);
  assert.deepEqual(await numbers({ from: DAY(9) }), []);
});

test('what cannot be an order, a number or a condition is refused', async () => {
  await assert.rejects(collect({ by: 'n' }), { code: 'DATA_COLUMN_KIND', message: /"n" is of kind integer/ });
  await assert.rejects(collect({ columns: ['whom'] }), {
    code: 'DATA_COLUMN_NOT_FOUND',
    message: /did you mean "who"/,
  });
  await assert.rejects(collect({ computed: { x: 'upper(who)' } }), {
    code: 'DATA_EXPRESSION',
    message: /not a number/,
  });
  await assert.rejects(collect({ computed: { x: 'm + 1' } }), {
    code: 'DATA_EXPRESSION',
    message: /no column "m"/,
  });
  await assert.rejects(collect({ keep: 'n + 1' }), { code: 'DATA_EXPRESSION', message: /not true or false/ });
});
