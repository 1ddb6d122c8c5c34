import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFigures, fitLines } from './describe-figures.ts';
import { openCanvas } from './screen.ts';

const ARM = {
  arm: 'champion',
  model: 'flights',
  version: 3,
  rate: 1_234.4,
  requests: 74_000,
  failures: 2,
  shed: 0,
  p50Ms: 0.8125,
  p95Ms: 2.25,
  p99Ms: 12.5,
  batchMean: 3.4,
  queue: 0.25,
  memoryBytes: 5_452_595,
};
const FIGURES = {
  at: Date.UTC(2001, 1, 3, 17, 40),
  minutes: 1,
  process: { upMs: 11_520_000, memoryBytes: 190_840_832 },
  predictions: { logged: 74_000, shed: 0, repeated: 0, queued: 12 },
  endpoints: [
    {
      endpoint: 'flights',
      state: 'ready' as const,
      problem: null,
      model: 'flights',
      version: 3,
      arms: [
        ARM,
        { ...ARM, arm: 'challenger', version: 4, p50Ms: null, p95Ms: null, p99Ms: null, memoryBytes: null },
      ],
    },
    {
      endpoint: 'parcels',
      state: 'unavailable' as const,
      problem: 'its bundle was altered',
      model: null,
      version: null,
      arms: [],
    },
  ],
};

test('the server in two lines, then a line an arm, then what is wrong and what is rolled out', () => {
  const rollouts = new Map([['flights', 'rollout 2: canary']]);
  const lines = describeFigures({ url: 'http://127.0.0.1:4400', figures: FIGURES, rollouts });
  assert.deepEqual(lines, [
    'http://127.0.0.1:4400   up 3 h 12 min   memory 182 MB   17:40:00 UTC',
    'predictions: 74,000 logged, 12 waiting, 0 shed   (requests a second over 10 s, the rest over 1 min)',
    '',
    'endpoint  arm         release      req/s  p50 ms  p95 ms  p99 ms  batch  queue  failed  shed  memory',
    'flights   champion    flights v3   1,234    0.81    2.25    12.5    3.4    0.3       2     0  5.2 MB',
    '          challenger  flights v4   1,234       -       -       -    3.4    0.3       2     0       -',
    'parcels   -           unavailable',
    '',
    'parcels: its bundle was altered',
    '',
    'flights: rollout 2: canary',
  ]);
});

test('what has no room is cut off and said; each line is written over the one before', () => {
  assert.deepEqual(fitLines(['abcdef', 'b', 'c'], { columns: 4, rows: 3 }), ['abc…', 'b', 'c']);
  assert.deepEqual(fitLines(['a', 'b', 'c', 'd'], { columns: 80, rows: 3 }), [
    'a',
    'b',
    '… 2 more lines: make the window higher',
  ]);
  const written: string[] = [];
  const canvas = openCanvas({
    columns: 80,
    rows: 2,
    write: (text) => written.push(text),
    onResize: () => () => {},
  });
  canvas.draw(['a', 'b', 'c']);
  canvas.close();
  const esc = String.fromCharCode(27);
  assert.equal(written[1], `${esc}[?2026h${esc}[Ha${esc}[K\nb${esc}[K${esc}[J${esc}[?2026l`);
  assert.equal(written[2], `${esc}[?25h${esc}[?1049l`);
});
