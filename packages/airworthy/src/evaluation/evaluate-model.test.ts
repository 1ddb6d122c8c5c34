import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import type { Table, Task } from '../models/table.ts';
import { createRandom } from '../stats/random.ts';
import {
  constantScores,
  decideGates,
  EvaluationConfig,
  EvaluationReport,
  evaluateModel,
  Gate,
  gatesOf,
  getReport,
  listVerdicts,
  readTarget,
  trivialOutput,
  Verdict,
} from './index.ts';

const RUN = 'a'.repeat(32);
const LATE: Task = { kind: 'binary', target: 'late', classes: ['false', 'true'] };

/** Flights whose delay depends on the hour; the scores know it up to some noise. */
function flights(rows = 1000): { table: Table; scores: Float64Array; worse: Float64Array } {
  const random = createRandom('flights');
  const hour = Float64Array.from({ length: rows }, () => random.integer(24));
  const chance = hour.map((value) => 0.05 + value / 40);
  const late = chance.map((p) => (random.next() < p ? 1 : 0));
  const origin = Int32Array.from(hour, (_, row) => (row % 50 === 0 ? -1 : row % 101 === 0 ? 2 : row % 2));
  const blur = (noise: number) =>
    chance.map((p) => Math.min(0.99, Math.max(0.01, p + noise * random.normal())));
  return {
    table: {
      rows,
      columns: {
        late: { kind: 'number', values: late },
        hour: { kind: 'number', values: hour },
        day: { kind: 'timestamp', values: hour.map((value) => Date.UTC(2001, 0, 1 + value)) },
        origin: { kind: 'category', codes: origin, categories: ['ORD', 'LGA', 'SFO'] },
      },
    },
    scores: blur(0.02),
    worse: blur(0.3),
  };
}

const evaluation = (overrides: Partial<Parameters<typeof evaluateModel>[1]> = {}) => {
  const { table, scores } = flights();
  return {
    runId: RUN,
    version: { digest: 'v1' },
    split: { digest: 's1' },
    role: 'test',
    scores,
    table,
    task: LATE,
    config: EvaluationConfig.parse({ slices: ['origin', { column: 'hour', bins: 4 }, 'day'] }),
    ...overrides,
  };
};

test('a report holds every metric with its interval, the baseline, slices and calibration, and is stored', async () => {
  await using context = testContext();
  const report = await evaluateModel(context, evaluation({ trivial: [0.3] }));
  assert.deepEqual(EvaluationReport.parse(report), report);
  assert.equal(report.primary, 'log-loss');
  assert.equal(report.metrics.length, 12);
  assert.deepEqual(
    [report.baseline.kind, report.baseline.from, report.baseline.output],
    ['majority', 'training', [0.3]],
  );
  assert.equal(report.baseline.metrics.find(({ name }) => name === 'roc-auc')?.value, 0.5);
  assert.equal(
    report.confusion?.counts.flat().reduce((total, count) => total + count, 0),
    1000,
  );
  assert.equal(
    report.calibration.equalMass.reduce((total, { n }) => total + n, 0),
    1000,
  );
  assert.deepEqual(await getReport(context, RUN), report);
});

test('slices: categories by size, ranges, the missing, and too few to say', async () => {
  await using context = testContext();
  const { slices } = await evaluateModel(context, evaluation());
  const of = (column: string) => slices.filter((slice) => slice.column === column);
  assert.deepEqual(
    of('origin').map(({ value, status }) => [value, status]),
    [
      ['LGA', 'measured'],
      ['ORD', 'measured'],
      ['SFO', 'too-few'],
      ['missing', 'too-few'],
    ],
  );
  assert.equal(
    of('origin').reduce((total, { n }) => total + n, 0),
    1000,
  );
  assert.deepEqual(
    of('hour').map(({ value }) => value),
    ['0 … 4', '5 … 10', '11 … 16', '17 … 23'],
  );
  assert.match(of('day')[0].value, /^2001-01-01T00:00:00.000Z … 2001-01-0/);
  const measured = slices.filter(({ status }) => status === 'measured');
  assert.ok(measured.every(({ metrics }) => metrics.length === 12));
  const losses = of('hour').map(({ metrics }) => metrics[0]);
  assert.ok(
    losses.every(({ low, value, high }) => low !== null && value !== null && high !== null && low < high),
  );
});

test('the same call stores nothing new; other scores do', async () => {
  await using context = testContext();
  const first = await evaluateModel(context, evaluation());
  assert.deepEqual(await evaluateModel(context, evaluation()), first);
  await evaluateModel(context, evaluation({ scores: flights().worse }));
  const rows = await context.store.database.sql.selectFrom('evaluation').selectAll().execute();
  assert.equal(rows.length, 2);
});

test('a multiclass and a regression model', async () => {
  await using context = testContext();
  const { table } = flights(200);
  const origin: Task = { kind: 'multiclass', target: 'origin', classes: ['ORD', 'LGA', 'SFO'] };
  const known = Uint32Array.from({ length: 200 }, (_, row) => row).filter((row) => row % 50 !== 0);
  const codes = Int32Array.from(known, (row) => (row % 101 === 0 ? 2 : row % 2));
  const scores = Float64Array.from(
    [...codes].flatMap((code) => [0, 1, 2].map((each) => (each === code ? 0.6 : 0.2))),
  );
  const three = await evaluateModel(context, {
    ...evaluation({ config: EvaluationConfig.parse({}) }),
    task: origin,
    table: {
      rows: known.length,
      columns: { origin: { kind: 'category', codes, categories: ['ORD', 'LGA', 'SFO'] } },
    },
    scores,
  });
  assert.equal(three.metrics.find(({ name }) => name === 'accuracy')?.value, 1);
  assert.equal(three.calibration.of, 'predicted-class');
  const hour: Task = { kind: 'regression', target: 'hour' };
  const values = new Float64Array(200).fill(11.5);
  const regression = await evaluateModel(context, {
    ...evaluation({ config: EvaluationConfig.parse({}) }),
    task: hour,
    table,
    scores: values,
  });
  assert.equal(regression.primary, 'rmse');
  assert.equal(regression.residuals?.length, 7);
  assert.deepEqual(EvaluationReport.parse(regression), regression);
});

test('bad input is refused by name', async () => {
  await using context = testContext();
  const config = (config: unknown) => EvaluationConfig.parse(config);
  const refused: [Parameters<typeof evaluation>[0], string, RegExp][] = [
    [{ config: config({ slices: ['orgin'] }) }, 'SLICE_COLUMN_NOT_FOUND', /did you mean "origin"/],
    [{ config: config({ metrics: ['rmse'] }) }, 'METRIC_UNSUITABLE', /"rmse" is no metric of a binary task/],
    [{ scores: new Float64Array(3) }, 'SCORES_INVALID', /3 scores for 1000 rows/],
    [{ scores: new Float64Array(1000).fill(Number.NaN) }, 'SCORES_INVALID', /row 1 is NaN/],
    [{ scores: new Float64Array(1000).fill(1.5) }, 'SCORES_INVALID', /row 1 is 1.5, not a probability/],
    [{ table: { rows: 0, columns: {} } }, 'EVALUATION_EMPTY', /"test" has no rows/],
    [{ task: { kind: 'regression', target: 'lat' } }, 'BAD_ARGUMENT', /lat/],
  ];
  for (const [overrides, code, message] of refused) {
    await assert.rejects(evaluateModel(context, evaluation(overrides)), { code, message });
  }
  const { table } = flights();
  table.columns.late = { kind: 'number', values: new Float64Array(1000).fill(Number.NaN) };
  await assert.rejects(evaluateModel(context, evaluation({ table })), { code: 'TARGET_UNREADABLE' });
  await assert.rejects(getReport(context, RUN), { code: 'EVALUATION_NOT_FOUND' });
});

test('a config with a wrong key, metric or margin is refused', () => {
  for (const config of [
    { slice: [] },
    { metrics: ['auc'] },
    { gates: [{ metric: 'roc-auc', rule: 'no-worse-than' }] },
    { gates: [{ metric: 'roc-auc', rule: 'better-than', margin: -1 }] },
    { gates: [{ metric: 'roc-auc', rule: 'best' }] },
  ]) {
    assert.equal(EvaluationConfig.safeParse(config).success, false, JSON.stringify(config));
  }
});

const decision = (context: ReturnType<typeof testContext>, gates: readonly Gate[]) => {
  const { table, scores, worse } = flights();
  return decideGates(context, {
    runId: RUN,
    task: LATE,
    y: readTarget(table, LATE),
    candidate: scores,
    baseline: { kind: 'champion', bundle: 'b'.repeat(64), scores: worse },
    gates,
  });
};

test('gates are answered, stored once, and told of', async () => {
  await using context = testContext();
  const told: unknown[] = [];
  context.events.on('verdict.given', (event) => told.push(event));
  const gates = [
    Gate.parse({ metric: 'roc-auc', rule: 'better-than' }),
    Gate.parse({ metric: 'accuracy', rule: 'equivalent', margin: 0.0001, name: 'the same' }),
    Gate.parse({ metric: 'log-loss', rule: 'at-most', value: 0.1 }),
    Gate.parse({ metric: 'f1', rule: 'no-worse-than', margin: 0.5 }),
  ];
  const verdicts = await decision(context, gates);
  for (const verdict of verdicts) assert.deepEqual(Verdict.parse(verdict), verdict);
  assert.deepEqual(
    verdicts.map(({ outcome }) => outcome),
    ['pass', verdicts[1].outcome, 'fail', 'pass'],
  );
  assert.deepEqual(
    verdicts.map(({ gate }) => gate),
    ['roc-auc better-than', 'the same', 'log-loss at-most', 'f1 no-worse-than'],
  );
  assert.deepEqual(
    told,
    verdicts.map(({ id, outcome }) => ({ verdict: id, outcome })),
  );
  assert.deepEqual(await decision(context, gates), verdicts);
  assert.equal(told.length, 4);
  const stored = await listVerdicts(context, RUN);
  assert.deepEqual(new Set(stored.map(({ id }) => id)), new Set(verdicts.map(({ id }) => id)));
  assert.equal(stored.length, 4);
});

test('without gates the primary metric must beat the trivial model', async () => {
  await using context = testContext();
  const { table, scores } = flights();
  const y = readTarget(table, LATE);
  const gates = gatesOf(EvaluationConfig.parse({}), LATE);
  assert.deepEqual(gates, [Gate.parse({ metric: 'log-loss', rule: 'better-than' })]);
  const baseline = { kind: 'majority' as const, scores: constantScores(trivialOutput(LATE, y), y.length) };
  const [verdict] = await decideGates(context, {
    runId: RUN,
    task: LATE,
    y,
    candidate: scores,
    baseline,
    gates,
  });
  assert.match(
    verdict.sentence,
    /^Pass: log-loss is 0\.\d+ better than that of the majority baseline \(95 % interval 0\.\d+ to 0\.\d+, n = 1,000, paired t\); asked: better\.$/,
  );
  const [own] = await decideGates(context, {
    ...{ runId: RUN, task: LATE, y, gates },
    candidate: baseline.scores,
    baseline,
  });
  assert.match(own.sentence, /^Undecided: log-loss is the same as that of the majority baseline/);
});

test('errors of a number are told in its unit', async () => {
  await using context = testContext();
  const y = Float64Array.from({ length: 100 }, (_, row) => row % 10);
  const [better, floor] = await decideGates(context, {
    runId: RUN,
    task: { kind: 'regression', target: 'mass', unit: 'g' },
    y,
    candidate: y.map((value, row) => value + Math.sin(row)),
    baseline: { kind: 'majority', scores: new Float64Array(100).fill(4.5) },
    gates: [
      Gate.parse({ metric: 'rmse', rule: 'better-than', margin: 1 }),
      Gate.parse({ metric: 'mse', rule: 'at-most', value: 2 }),
    ],
  });
  assert.match(
    better.sentence,
    /^Pass: RMSE is 2\.\d+ g better than that of the mean baseline \(95 % interval 1\.\d+ to 2\.\d+ g, n = 100, .*\); asked: better by more than 1 g\.$/,
  );
  assert.match(floor.sentence, /^Pass: MSE is 0\.\d+ g² .*; asked: at most 2 g²\.$/);
});

test('a test split of one class leaves a ranking gate undecided, with the reason', async () => {
  await using context = testContext();
  const scores = new Float64Array(40).fill(0.2);
  const [verdict] = await decideGates(context, {
    runId: RUN,
    task: LATE,
    y: new Float64Array(40),
    candidate: scores,
    baseline: { kind: 'majority', scores },
    gates: [Gate.parse({ metric: 'roc-auc', rule: 'better-than' })],
  });
  assert.equal(verdict.outcome, 'undecided');
  assert.equal(
    verdict.sentence,
    'Undecided: ROC-AUC cannot be judged on these 40 rows: only one class occurs.',
  );
});

/** The same flights, every one of them three times: as rows three times as many, as groups no more. */
function tripled(): ReturnType<typeof flights> {
  const { table, scores, worse } = flights(300);
  const thrice = (values: Float64Array) => Float64Array.from({ length: 900 }, (_, row) => values[row % 300]);
  const late = table.columns.late;
  const flight = {
    kind: 'number' as const,
    values: Float64Array.from({ length: 900 }, (_, row) => row % 300),
  };
  const hour = { kind: 'number' as const, values: Float64Array.from({ length: 900 }, (_, row) => row % 3) };
  if (late.kind === 'category') throw new TypeError('late is a number');
  const columns = { late: { kind: 'number' as const, values: thrice(late.values) }, flight, hour };
  return { table: { rows: 900, columns }, scores: thrice(scores), worse: thrice(worse) };
}

test('rows that come in groups count as groups: intervals and gates', async () => {
  await using context = testContext();
  const once = flights(300);
  const { table, scores, worse } = tripled();
  const cluster = { column: 'flight', declared: true };
  const config = EvaluationConfig.parse({
    metrics: ['roc-auc', 'log-loss', 'accuracy', 'recall', 'f1', 'ece'],
  });
  const all = { table, scores, config };
  const clustered = await evaluateModel(context, evaluation({ ...all, cluster }));
  const naive = await evaluateModel(context, evaluation(all));
  const single = await evaluateModel(context, evaluation({ ...all, ...once, config }));
  assert.deepEqual(clustered.clusters, { column: 'flight', count: 300 });
  for (const [place, metric] of clustered.metrics.entries()) {
    const width = (of: typeof metric) => Number(of.high) - Number(of.low);
    const [wide, narrow] = [single.metrics[place], naive.metrics[place]];
    assert.equal(metric.clusters, 300);
    assert.ok(Math.abs(width(metric) / width(wide) - 1) < 0.15, `${metric.name}: ${metric.method}`);
    assert.ok(width(narrow) < 0.75 * width(metric), `${metric.name}: ${narrow.method}`);
  }
  const judged = (cluster_: typeof cluster | undefined) =>
    decideGates(context, {
      ...{ runId: RUN, task: LATE, y: readTarget(table, LATE), candidate: scores, table, cluster: cluster_ },
      baseline: { kind: 'champion', scores: worse },
      gates: clustered.metrics.map(({ name: metric }) => Gate.parse({ metric, rule: 'better-than' })),
    });
  const [grouped, apart] = [await judged(cluster), await judged(undefined)];
  for (const [place, { low, high, clusters, metric, method, sentence }] of grouped.entries()) {
    assert.equal(clusters, 300);
    assert.match(sentence, /n = 900 in 300 clusters/);
    const narrow = Number(apart[place].high) - Number(apart[place].low);
    assert.ok(narrow < 0.75 * (Number(high) - Number(low)), `${metric}: ${method}`);
  }
  const nobody = { ...table.columns.flight, values: new Float64Array(900).fill(Number.NaN) };
  const holes = { ...table, columns: { ...table.columns, flight: nobody } };
  await assert.rejects(evaluateModel(context, evaluation({ ...all, table: holes, cluster })), {
    code: 'CLUSTER_MISSING',
  });
});

test('gates on slices, ceilings and figures computed elsewhere', async () => {
  await using context = testContext();
  const { table, scores } = flights();
  const figure = {
    metric: 'tpr-gap' as const,
    of: 'origin',
    value: 0.2,
    low: 0.1,
    high: 0.3,
    n: 900,
    method: 'MOVER',
  };
  const decide = (gates: Gate[], figures = [figure]) =>
    decideGates(context, {
      ...{ runId: RUN, task: LATE, y: readTarget(table, LATE), candidate: scores, table, gates },
      baseline: { kind: 'majority', scores: constantScores([0.5], 1000) },
      figures: () => figures,
    });
  const gates = [
    Gate.parse({ metric: 'roc-auc', rule: 'better-than', slices: ['origin'] }),
    Gate.parse({ metric: 'brier', rule: 'at-most', value: 0.25, slices: ['origin=LGA'] }),
    Gate.parse({ metric: 'tpr-gap', rule: 'at-most', value: 0.05 }),
  ];
  const verdicts = await decide(gates);
  for (const verdict of verdicts) assert.deepEqual(Verdict.parse(verdict), verdict);
  assert.deepEqual(
    verdicts.map(({ slice, outcome, reason, correction }) => [slice, outcome, reason ?? correction]),
    [
      ['origin=LGA', 'pass', 'Holm over 2 slices'],
      ['origin=ORD', 'pass', 'Holm over 2 slices'],
      ['origin=SFO', 'undecided', 'insufficient'],
      ['origin=missing', 'undecided', 'insufficient'],
      ['origin=LGA', 'pass', undefined],
      ['origin', 'fail', undefined],
    ],
  );
  await assert.rejects(
    decide([Gate.parse({ metric: 'brier', rule: 'at-most', value: 1, slices: ['origin=XXX'] })]),
    {
      code: 'SLICE_UNKNOWN',
    },
  );
  await assert.rejects(decide([Gate.parse({ metric: 'tpr-gap', rule: 'better-than' })]), {
    code: 'METRIC_UNSUITABLE',
  });
});

test('a floor under what should be low is refused, and verdicts of older words are read', () => {
  const refused = EvaluationConfig.safeParse({
    gates: [{ metric: 'log-loss', rule: 'at-least', value: 0.1 }],
  });
  assert.match(String(refused.error), /use at-most/);
  const ceiling = { metric: 'log-loss', rule: 'at-most', value: 0.1 };
  assert.equal(EvaluationConfig.safeParse({ gates: [ceiling] }).success, true);
  assert.equal(EvaluationConfig.safeParse({ gates: [{ ...ceiling, onUndecided: 'extend' }] }).success, false);
  const old = {
    ...{ id: 'x', run: RUN, gate: 'roc-auc no-worse', metric: 'roc-auc', rule: 'no-worse', margin: 0.1 },
    ...{ baseline: { kind: 'majority' }, outcome: 'pass', estimate: 0, low: 0, high: 0.1, confidence: 0.95 },
    ...{ n: 9, method: 'paired DeLong', candidateValue: 0.7, baselineValue: 0.7, sentence: 'Pass.' },
  };
  assert.equal(Verdict.parse(old).rule, 'no-worse-than');
});
