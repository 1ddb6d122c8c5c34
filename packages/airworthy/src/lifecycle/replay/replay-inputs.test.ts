import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatasetVersion } from '../../data/index.ts';
import type { Field } from '../../models/table.ts';
import { applyFaults, type FaultSubject } from './apply-faults.ts';
import { chooseFilters, readsColumn } from './choose-filters.ts';
import { labelDelayMinutes } from './label-delay.ts';
import { parseFault } from './parse-fault.ts';

const MARCH = Date.UTC(2001, 2, 1);
const DAY = 86_400_000;

test('faults are read as they are written', () => {
  const from = MARCH;
  const week = { from, to: from + 7 * DAY };
  const cases: [string, object][] = [
    [
      'unit-change:distance:1.609@2001-03-01',
      { kind: 'unit-change', column: 'distance', factor: 1.609, from, to: Infinity },
    ],
    ['missing:origin@2001-03-01..2001-03-08', { kind: 'missing', column: 'origin', ...week }],
    [
      'category:origin:ORD:CHI@2001-03-01T00:00:00Z',
      { kind: 'category', column: 'origin', old: 'ORD', new: 'CHI', from, to: Infinity },
    ],
    [
      'shift:distance:-0.5@2001-03-01',
      { kind: 'shift', column: 'distance', deviations: -0.5, from, to: Infinity },
    ],
    ['label-flip@2001-03-01..2001-03-08', { kind: 'label-flip', share: 1, ...week }],
    ['label-flip:0.2@2001-03-01..2001-03-08', { kind: 'label-flip', share: 0.2, ...week }],
    ['latency:800@2001-03-01', { kind: 'latency', milliseconds: 800, from, to: Infinity }],
  ];
  for (const [text, fault] of cases) assert.deepEqual(parseFault(text), { ...fault, text });
});

test('a fault that cannot be read says how it is written', () => {
  const cases: [string, RegExp, RegExp][] = [
    ['missing:origin', /does not say from when/, /missing:origin@2001-03-01/],
    ['missing:origin@yesterday', /"yesterday" is no time/, /2001/],
    ['missing:origin@2001-03-02..2001-03-01', /ends before it begins/, /2001/],
    ['mising:origin@2001-03-01', /did you mean "missing"/, /label-flip/],
    ['unit-change:distance@2001-03-01', /not written as unit-change is/, /unit-change:COLUMN:FACTOR/],
    ['unit-change:distance:0@2001-03-01', /not written/, /FACTOR/],
    ['category:origin:ORD@2001-03-01', /not written/, /OLD:NEW/],
    ['label-flip:2@2001-03-01', /not written/, /SHARE/],
    ['latency:-1@2001-03-01', /not written/, /latency:MS/],
  ];
  for (const [text, message, remedy] of cases)
    assert.throws(() => parseFault(text), { code: 'BAD_ARGUMENT', message, remedy });
});

const FIELDS: Field[] = [
  { name: 'distance', kind: 'number', nullable: false },
  { name: 'seats', kind: 'integer', nullable: true },
  { name: 'origin', kind: 'category', nullable: false },
];

function subject(
  task: FaultSubject['task'] = { kind: 'binary', target: 'late', classes: ['false', 'true'] },
): FaultSubject {
  const columns = [
    { name: 'distance', sd: 100 },
    { name: 'seats', sd: 10 },
  ];
  const version = { profile: { rows: 9, columns } } as unknown as DatasetVersion;
  return { fields: FIELDS, task, version, seed: 1 };
}

test('a fault changes what it names, from its first moment to before its last', () => {
  const spoiled = (fault: string, time: number) => {
    const record = { distance: 100, seats: 21, origin: 'ORD' };
    applyFaults([parseFault(fault)], subject()).spoilRecord(record, time);
    return record;
  };
  const same = { distance: 100, seats: 21, origin: 'ORD' };
  assert.deepEqual(spoiled('unit-change:distance:1.5@2001-03-01..2001-03-02', MARCH), {
    ...same,
    distance: 150,
  });
  assert.deepEqual(spoiled('unit-change:distance:1.5@2001-03-01..2001-03-02', MARCH - 1), same);
  assert.deepEqual(spoiled('unit-change:distance:1.5@2001-03-01..2001-03-02', MARCH + DAY), same);
  assert.deepEqual(spoiled('shift:seats:0.52@2001-03-01', MARCH), { ...same, seats: 26 });
  assert.deepEqual(spoiled('missing:origin@2001-03-01', MARCH), { ...same, origin: null });
  assert.deepEqual(spoiled('category:origin:ORD:CHI@2001-03-01', MARCH), { ...same, origin: 'CHI' });
  assert.deepEqual(spoiled('category:origin:LAX:CHI@2001-03-01', MARCH), same);
  assert.equal(applyFaults([parseFault('latency:800@2001-03-01')], subject()).delay(MARCH), 800);
});

test('labels are flipped for a share of the rows, the same rows each time', () => {
  const some = applyFaults([parseFault('label-flip:0.2@2001-03-01')], subject());
  const flipped = Array.from({ length: 2_000 }, (_, row) => some.spoilLabel(true, MARCH, row));
  const share = flipped.filter((value) => value === false).length / 2_000;
  assert.ok(share > 0.17 && share < 0.23, String(share));
  const again = Array.from({ length: 2_000 }, (_, row) => some.spoilLabel(true, MARCH, row));
  assert.deepEqual(flipped, again);
  const all = parseFault('label-flip@2001-03-01');
  const classes = { kind: 'multiclass', target: 'day', classes: ['1', '2', '3'] } as const;
  assert.equal(applyFaults([all], subject(classes)).spoilLabel(3, MARCH, 0), 1);
  assert.throws(() => applyFaults([all], subject({ kind: 'regression', target: 'minutes' })), {
    code: 'BAD_ARGUMENT',
    message: /only labels that are classes/,
  });
});

test('a fault that does not fit the model is refused', () => {
  const refuse = (text: string, message: RegExp) =>
    assert.throws(() => applyFaults([parseFault(text)], subject()), { code: 'BAD_ARGUMENT', message });
  refuse('missing:orign@2001-03-01', /did you mean "origin"/);
  refuse('shift:origin:1@2001-03-01', /not a number/);
  refuse('category:distance:1:2@2001-03-01', /not a category/);
});

test('filters that read the time column are left out of a replay', () => {
  const filters = [
    'delay BETWEEN -120 AND 1440',
    "date < '2001-02-01'",
    '"Date" IS NOT NULL',
    "note = 'date'",
  ];
  const { kept, left } = chooseFilters(
    filters.map((keep) => ({ keep, because: '' })),
    'date',
  );
  assert.deepEqual(
    kept.map((filter) => filter.keep),
    [filters[0], filters[3]],
  );
  assert.deepEqual(
    left.map((filter) => filter.keep),
    [filters[1], filters[2]],
  );
  assert.equal(readsColumn('date(landed) > 1 -- date', 'date'), false);
  assert.equal(readsColumn('update > 1', 'date'), false);
});

test('a delay is a duration or an expression in minutes', () => {
  assert.deepEqual(['90s', '30m', '15 min', '2h', '1.5d', 'delay + 2'].map(labelDelayMinutes), [
    ...['1.5', '30', '15', '120', '2160', 'delay + 2'],
  ]);
});
