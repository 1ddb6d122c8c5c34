import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Tree } from '../../src/models/model.ts';
import { allCoalitions, exactShapley, type GameEnds } from '../../src/stats/explain/coalitions.ts';
import { gridOf } from '../../src/stats/explain/curves.ts';
import { planKernel, solveKernel } from '../../src/stats/explain/kernel-shap.ts';
import { explainLinear } from '../../src/stats/explain/linear-shap.ts';
import { explainTrees, explainTreesByCover } from '../../src/stats/explain/tree-shap.ts';
import { createRandom } from '../../src/stats/random.ts';
import {
  checkExplainOracle,
  checkFairness,
  close,
  type ExplainOracle,
  type FairnessOracle,
  featureRows,
} from './check-explain-oracle.ts';
import { near } from './check-stats-oracle.ts';

interface Published {
  iris: { coefficients: number[][]; intercepts: number[]; row: number[]; background: number[] };
  diabetes: { baseline: number[]; trees: Tree[]; rows: number[]; columns: number };
  cancer: {
    columns: number;
    names: string[];
    coefficients: number[];
    intercept: number;
    row: number[];
    radius: { mean: number; scale: number; train: number[] };
    margins: number[];
  };
  fairness: FairnessOracle;
}

const fixture = join(import.meta.dirname, '../fixtures/explain-oracle.json');
const recorded = JSON.parse(readFileSync(fixture, 'utf8')) as ExplainOracle & { published: Published };
const { iris, diabetes, cancer, fairness } = recorded.published;

describe('explanations agree with the recorded answers of shap, scikit-learn and fairlearn', () => {
  checkExplainOracle(recorded);
});

/** The published fits stopped a little before the optimum, where another version of the solver goes on. */
const FIT = 2e-5;

describe('published figures of explanations', () => {
  test('iris: the probability of the third class of a logistic regression, by Kernel and by enumeration', () => {
    const { empty, full, worth } = irisGame();
    const all = allCoalitions(4);
    const kernel = planKernel(4, 2_056, createRandom(1));
    const expected = [-0.01611523, -0.00423842, 0.46401161, 0.23898285];
    near(empty, 0.31344547113825233, FIT, 'base');
    near(full, 0.9960862808494643, FIT, 'output');
    for (const { values } of [
      exactShapley(4, worth(all.members), { empty, full }),
      solveKernel(kernel, worth(kernel.members), { empty, full }),
    ]) {
      for (const [at, value] of expected.entries()) close(values[at], value, FIT, `field ${at}`);
    }
  });

  test('diabetes: a tree of depth 3, path-dependent and interventional', () => {
    const rows = featureRows(diabetes.rows, diabetes.columns);
    const one = { ...rows, rows: 1, values: rows.values.subarray(0, rows.columns) };
    const byCover = explainTreesByCover(diabetes, one);
    const interventional = explainTrees(diabetes, one, rows);
    near(byCover.base[0], 152.133484, 1e-8, 'base by cover');
    near(interventional.base[0], 137.59196, 1e-7, 'base');
    const figures: [number, number, number][] = [
      [0, -0.597413, -1.591111],
      [2, 22.754729, 41.2923],
      [6, 1.611302, 2.119629],
      [8, 32.669327, 29.158651],
    ];
    for (const [feature, cover, background] of figures) {
      close(byCover.values[feature], cover, 1e-6, `feature ${feature} by cover`);
      close(interventional.values[feature], background, 1e-5, `feature ${feature}`);
    }
  });

  test('breast cancer: a linear margin, and the partial dependence of a probability', () => {
    const { columns, names, coefficients, intercept, row, radius, margins } = cancer;
    const mean = { rows: 1, columns, values: new Float64Array(columns) };
    const linear = { coefficients: [coefficients], intercepts: [intercept] };
    const { values } = explainLinear(linear, featureRows(row, columns), mean);
    near(
      values.reduce((sum, value) => sum + value, 0),
      -15.809251348227171,
      FIT,
      'margin less its mean',
    );
    for (const [name, expected] of [
      ['radius error', -2.12041],
      ['worst area', -1.90444],
      ['worst radius', -1.80989],
    ] as const)
      close(values[names.indexOf(name)], expected, 2e-4, name);
    const grid = gridOf(Float64Array.from(radius.train), 5);
    const expected = [0.5264652746, 0.5180305701, 0.5092959491, 0.5001929992, 0.4906601026];
    for (const [point, value] of grid.entries()) {
      const probability = margins.map((margin, at) => {
        const moved = margin + (coefficients[0] * (value - radius.train[at])) / radius.scale;
        return 1 / (1 + Math.exp(-moved));
      });
      close(
        probability.reduce((sum, each) => sum + each / margins.length, 0),
        expected[point],
        FIT,
        `point ${point}`,
      );
    }
  });

  test('breast cancer: selection and true positive rates of two groups', () => {
    checkFairness(fairness);
    const { byGroup, gaps } = fairness;
    near(byGroup.g0['selection-rate'], 0.9115646, 1e-7, 'selection rate of g0');
    near(byGroup.g1.tpr, 0.9253731, 1e-7, 'TPR of g1');
    near(gaps['selection-rate-gap'], 0.4033679, 1e-7, 'difference of selection rates');
    near(gaps['tpr-gap'], 0.059921, 1e-6, 'equal opportunity');
  });
});

function irisGame(): GameEnds & { worth(members: Uint8Array): Float64Array } {
  const { coefficients, intercepts, row, background } = iris;
  const probability = (x: readonly number[]) => {
    const odds = coefficients.map((weights, k) =>
      Math.exp(weights.reduce((sum, weight, at) => sum + weight * x[at], intercepts[k])),
    );
    return odds[2] / (odds[0] + odds[1] + odds[2]);
  };
  const worthOf = (members: Uint8Array) => {
    let sum = 0;
    for (let start = 0; start < background.length; start += 4)
      sum += probability(row.map((value, at) => (members[at] ? value : background[start + at])));
    return sum / (background.length / 4);
  };
  return {
    empty: worthOf(new Uint8Array(4)),
    full: probability(row),
    worth: (members) =>
      Float64Array.from({ length: members.length / 4 }, (_, at) =>
        worthOf(members.subarray(4 * at, 4 * at + 4)),
      ),
  };
}
