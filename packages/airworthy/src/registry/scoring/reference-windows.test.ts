import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field, Table } from '../../models/table.ts';
import { createRandom } from '../../stats/random.ts';
import { planScorePools, poolScoreBins } from '../../stats/sketches/score-bins.ts';
import { smallModel } from '../testing/packing.ts';
import { upgradeProfile } from './read-reference-profile.ts';
import { buildReferenceProfile } from './reference-profile.ts';
import { rowsByDay } from './reference-windows.ts';

const DAY = 86_400_000;
const report = { metrics: [], confidence: 0.95 };
const model = smallModel();

/** So many days of 200 rows; `lean` moves each day's distances by a number of its own. */
function daysOf(days: number, lean: (day: number) => number): Table {
  const random = createRandom('days');
  const rows = days * 200;
  const column = (value: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => value(row));
  const day = (row: number) => Math.floor(row / 200);
  return {
    rows,
    columns: {
      date: { kind: 'timestamp', values: column((row) => Date.UTC(2001, 0, 1) + day(row) * DAY + row) },
      distance: { kind: 'number', values: column((row) => random.normal() + lean(day(row))) },
      origin: {
        kind: 'category',
        codes: Int32Array.from({ length: rows }, () => random.integer(4) - 1),
        categories: ['ORD', 'LGA', 'SFO'],
      },
      charter: { kind: 'number', values: column(() => random.integer(2)) },
    },
  };
}

const scoresOf = (rows: number) => {
  const random = createRandom('scores');
  return Float64Array.from({ length: rows }, () => random.next());
};

test('days that differ are known to, those that do not have phi about 1, time itself is not tested', () => {
  const wobble = createRandom('wobble');
  const leans = Array.from({ length: 20 }, () => 0.5 * wobble.normal());
  const table = daysOf(20, (day) => leans[day]);
  const { windows, budget } = buildReferenceProfile(model, table, scoresOf(table.rows), report);
  assert.deepEqual(Object.keys(windows?.columns ?? {}), ['date', 'distance', 'origin', 'charter']);
  const phi = (column: string) => windows?.columns[column].phi ?? 0;
  assert.ok(phi('distance') > 3, `${phi('distance')}`);
  assert.ok(phi('origin') < 2 && phi('charter') < 2 && phi('date') === 1);
  assert.ok(windows && windows.score.phi < 2);
  assert.ok(Math.abs(windows.columns.distance.windowRows - 190) < 1e-9);
  assert.ok(budget && budget.expected < 1 && budget.days === 90);
});

test('rows without time, of too few days or too thin ones, have no windows but a budget', () => {
  const table = daysOf(2, () => 0);
  const profile = buildReferenceProfile(model, table, scoresOf(table.rows), report);
  assert.deepEqual([profile.windows, profile.budget?.expected], [null, 0]);
  const fields: Field[] = [{ name: 'distance', kind: 'number', nullable: true }];
  assert.deepEqual(rowsByDay(fields, table), []);
  const thin: Table = {
    rows: 4,
    columns: { date: { kind: 'timestamp', values: Float64Array.of(0, DAY, Number.NaN, 2 * DAY) } },
  };
  assert.deepEqual(rowsByDay([{ name: 'date', kind: 'timestamp', nullable: true }], thin), []);
});

test('regressions have the days of their score too', () => {
  const table = daysOf(5, () => 0);
  const scores = scoresOf(table.rows);
  const { windows } = buildReferenceProfile(smallModel('regression'), table, scores, report);
  assert.ok(windows && windows.score.phi < 2 && windows.score.windowRows > 0);
});

test('a profile of the first form is read as one of today’s, its scores where they were', () => {
  const counts = [new Array<number>(64).fill(0), new Array<number>(64).fill(0)];
  counts[0][3] = 640;
  counts[1][63] = 64;
  const { rows, fields, columns, metrics } = buildReferenceProfile(
    model,
    daysOf(1, () => 0),
    scoresOf(200),
    report,
  );
  const output = { of: 'positive-class' as const, labels: ['false', 'true'], counts };
  const upgraded = upgradeProfile({
    format: 'airworthy-reference-profile/1',
    ...{ rows, fields, columns, metrics, output },
  });
  assert.equal(upgraded.format, 'airworthy-reference-profile/2');
  assert.deepEqual(
    [upgraded.windows, upgraded.budget, upgraded.calibration, upgraded.errorModel],
    [null, null, null, null],
  );
  assert.ok(upgraded.output.of === 'positive-class');
  const pooled = poolScoreBins(upgraded.output, planScorePools(upgraded.output));
  assert.equal(
    pooled.reduce((sum, count) => sum + count, 0),
    704,
  );
  const bins = upgraded.output.cells.map((cells) => Object.keys(cells).map(Number));
  assert.ok(bins[0].length > 10 && Math.max(...bins[0]) < Math.min(...bins[1]));
});
