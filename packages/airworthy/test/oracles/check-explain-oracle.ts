import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shuffleFields, worsening } from '../../src/evaluation/explaining/measure-importance.ts';
import { fairnessTable } from '../../src/evaluation/fairness/measure-fairness.ts';
import { compileModel } from '../../src/models/compile-model.ts';
import { flattenTrees, treeMargins } from '../../src/models/evaluate-trees.ts';
import type { Model, Tree } from '../../src/models/model.ts';
import type { Table } from '../../src/models/table.ts';
import { allCoalitions, exactShapley, type GameEnds } from '../../src/stats/explain/coalitions.ts';
import { centredCurves, gridOf, pointMeans } from '../../src/stats/explain/curves.ts';
import { planKernel, solveKernel } from '../../src/stats/explain/kernel-shap.ts';
import type { Attribution, FeatureRows } from '../../src/stats/explain/tree-ensemble.ts';
import { explainTrees, explainTreesByCover } from '../../src/stats/explain/tree-shap.ts';
import { binaryOutcomes } from '../../src/stats/outcomes.ts';
import { createRandom } from '../../src/stats/random.ts';
import { mean } from '../../src/stats/sums.ts';
import { near } from './check-stats-oracle.ts';

interface Values {
  base: number[];
  values: number[];
}

interface Trees {
  baseline: number[];
  trees: Tree[];
  columns: number;
  rows: number[];
}

export interface FairnessOracle {
  y: number[];
  predicted: number[];
  groups: string[];
  byGroup: Record<string, Record<string, number>>;
  gaps: Record<string, number>;
}

/** What make-explain-oracle.py writes. */
export interface ExplainOracle {
  ensembles: (Trees & { name: string; background: number[]; interventional: Values; byCover: Values })[];
  kernel: { row: number[]; background: number[]; base: number; values: number[] };
  importance: {
    rows: number[];
    y: number[];
    coefficients: number[];
    intercept: number;
    orders: number[][];
    importances: number[][];
  };
  dependence: Trees & { grid: number[]; average: number[]; individual: number[] };
  fairness: FairnessOracle;
}

/** shap adds up in float32 here and there. */
const SHAP = 1e-6;
const EXACT = 1e-9;

/** Tests that explanations and fairness agree with an oracle. */
export function checkExplainOracle(oracle: ExplainOracle): void {
  for (const { name, ...ensemble } of oracle.ensembles) {
    test(`TreeSHAP of ${name}: interventional and path-dependent, as shap`, () => {
      const rows = featureRows(ensemble.rows, ensemble.columns);
      const background = featureRows(ensemble.background, ensemble.columns);
      checkValues(explainTrees(ensemble, rows, background), ensemble.interventional);
      checkValues(explainTreesByCover(ensemble, rows), ensemble.byCover);
    });
  }
  test('Kernel SHAP and exact enumeration, as shap without its selection of features', () =>
    checkKernel(oracle.kernel));
  test('permutation importance, as scikit-learn on the same shuffles', () =>
    checkImportance(oracle.importance));
  test('partial dependence and individual curves, as scikit-learn', () => checkDependence(oracle.dependence));
  test('rates by group and gaps between them, as fairlearn', () => checkFairness(oracle.fairness));
}

export function featureRows(values: readonly number[], columns: number): FeatureRows {
  return { rows: values.length / columns, columns, values: Float64Array.from(values) };
}

function checkValues(found: Attribution, expected: Values): void {
  for (const [place, value] of expected.base.entries())
    close(found.base[place], value, SHAP, `base ${place}`);
  for (const [place, value] of expected.values.entries())
    close(found.values[place], value, SHAP, `value ${place}`);
}

/** Absolute: values of features that add nothing are 0. */
export function close(found: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `${what}: ${found}, expected ${expected}`);
}

function checkKernel({ row, background, base, values }: ExplainOracle['kernel']): void {
  const players = row.length;
  const of = (x: readonly number[]) => Math.tanh(x[0] * x[1]) + x[2] * x[3] - x[4] ** 2 + x[5];
  const rows = Array.from({ length: background.length / players }, (_, index) =>
    background.slice(index * players, (index + 1) * players),
  );
  const worthOf = (members: ArrayLike<number>) =>
    rows.reduce((sum, other) => sum + of(row.map((value, at) => (members[at] ? value : other[at]))), 0) /
    rows.length;
  const ends: GameEnds = { empty: worthOf(new Uint8Array(players)), full: of(row) };
  close(ends.empty, base, EXACT, 'base');
  const worths = ({ count, members }: { count: number; members: Uint8Array }) =>
    Float64Array.from({ length: count }, (_, at) =>
      worthOf(members.subarray(at * players, (at + 1) * players)),
    );
  const kernel = planKernel(players, 2_048, createRandom(1));
  const found = [
    solveKernel(kernel, worths(kernel), ends),
    exactShapley(players, worths(allCoalitions(players)), ends),
  ];
  for (const estimate of found) {
    for (const [player, value] of values.entries())
      close(estimate.values[player], value, 1e-8, `input ${player}`);
    assert.deepEqual([...estimate.errors], new Array(players).fill(0));
  }
}

function checkImportance({
  rows,
  y,
  coefficients,
  intercept,
  orders,
  importances,
}: ExplainOracle['importance']): void {
  const names = coefficients.map((_, at) => `x${at}`);
  const model: Model = {
    format: 'airworthy-model/1',
    task: { kind: 'regression', target: 'y' },
    fields: names.map((name) => ({ name, kind: 'number', nullable: false })),
    features: names.map((field) => ({ op: 'number', field, mean: 0, scale: 1 })),
    estimator: { kind: 'linear', coefficients: [coefficients], intercepts: [intercept], link: 'identity' },
  };
  const columns = names.map((name, at) => [
    name,
    { kind: 'number' as const, values: Float64Array.from(y, (_, row) => rows[row * names.length + at]) },
  ]);
  const table: Table = { rows: y.length, columns: Object.fromEntries(columns) };
  const { scoreTable } = compileModel(model);
  const mse = (of: Table) => mean(scoreTable(of).map((value, row) => (value - y[row]) ** 2));
  for (const [at, name] of names.entries()) {
    for (const [repeat, order] of orders.entries()) {
      const shuffled = shuffleFields(table, [name], Int32Array.from(order));
      close(
        worsening('mse', mse(table), mse(shuffled)),
        importances[at][repeat],
        EXACT,
        `${name}, ${repeat}`,
      );
    }
  }
}

function checkDependence({
  baseline,
  trees,
  columns,
  rows,
  grid,
  average,
  individual,
}: ExplainOracle['dependence']): void {
  const given = featureRows(rows, columns);
  const first = Float64Array.from({ length: given.rows }, (_, row) => rows[row * columns]);
  const ours = gridOf(first, grid.length);
  const flat = flattenTrees({ kind: 'trees', learner: 'boosting', baseline, trees, link: 'identity' });
  const predictions = new Float64Array(grid.length * given.rows);
  for (const [point, value] of ours.entries()) {
    // scikit-learn's interpolation of quantiles is another one in the last digits.
    close(value, grid[point], 1e-6, `grid point ${point}`);
    const moved = given.values.map((each, at) => (at % columns === 0 ? grid[point] : each));
    treeMargins(
      flat,
      moved,
      columns,
      given.rows,
      predictions.subarray(point * given.rows, (point + 1) * given.rows),
    );
  }
  for (const [point, value] of pointMeans(predictions, grid.length).entries())
    close(value, average[point], EXACT, `mean at ${point}`);
  for (const [row, { start, values }] of centredCurves(predictions, grid.length).entries()) {
    for (const [point, value] of values.entries())
      close(value + start, individual[row * grid.length + point], EXACT, `row ${row} at ${point}`);
  }
}

export function checkFairness({ y, predicted, groups, byGroup, gaps }: FairnessOracle): void {
  const outcomes = binaryOutcomes(Uint8Array.from(y), Float64Array.from(predicted));
  const values = [...new Set(groups)].sort();
  const table = fairnessTable(
    'group',
    values.map((value) => ({
      column: 'group',
      value,
      rows: Uint32Array.from(groups.keys()).filter((row) => groups[row] === value),
    })),
    { outcomes, config: { groups: ['group'], minimum: 30 } },
  );
  for (const { value, metrics } of table.groups) {
    for (const [name, expected] of Object.entries(byGroup[value])) {
      const found = metrics.find((metric) => metric.name === name);
      close(found?.value ?? Number.NaN, expected, 1e-12, `${name} of ${value}`);
      near(
        Number((found?.low ?? 0) <= expected && expected <= (found?.high ?? 0)),
        1,
        0,
        `interval of ${name}`,
      );
    }
  }
  for (const [name, expected] of Object.entries(gaps)) {
    const found = table.gaps.find((gap) => gap.name === name);
    close(found?.value ?? Number.NaN, expected, 1e-12, name);
  }
}
