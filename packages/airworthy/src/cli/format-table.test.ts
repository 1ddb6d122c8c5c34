import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moment } from '../kernel/figures.ts';
import { formatFacts, formatTable } from './format-table.ts';
import { duration } from './format-values.ts';

test('columns are aligned, numbers at their end, and lines have no trailing blanks', () => {
  const table = formatTable(
    [{ heading: 'dataset' }, { heading: 'rows', align: 'right' }, { heading: 'note' }],
    [
      ['flights', '52,341', ''],
      ['birds', '342', 'small'],
    ],
  );
  assert.equal(table, ['dataset    rows  note', 'flights  52,341', 'birds       342  small'].join('\n'));
});

test('facts have their values under each other', () => {
  assert.equal(
    formatFacts([
      ['run', 'abc'],
      ['trained on', 'def'],
    ]),
    'run         abc\ntrained on  def',
  );
});

test('times and durations read well', () => {
  assert.equal(moment(Date.UTC(2001, 1, 3, 17, 40)), '2001-02-03 17:40:00 UTC');
  assert.deepEqual([850, 59_900, 125_000, 11_520_000].map(duration), [
    '0.8 s',
    '59.9 s',
    '2 min 5 s',
    '3 h 12 min',
  ]);
});
