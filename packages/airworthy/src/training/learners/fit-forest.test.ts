import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import { createRandom } from '../../stats/random.ts';
import { fitForest } from './fit-forest.ts';
import type { ForestOptions } from './learner-options.ts';
import { matrixOf, randomData } from './testing/random-data.ts';
import { scoreTrees } from './testing/score-trees.ts';

const seeds = fc.integer({ min: 0, max: 1e6 });
const oneTree = { trees: 1, bootstrap: false, threads: 1, minCategoryRows: 1 } as const;

describe('a tree of a forest', () => {
  test('grown on all rows to the end knows every row that differs from the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        seeds,
        fc.constantFrom('logistic', 'softmax', 'squared' as const),
        async (seed, objective) => {
          const { matrix, value, label, label3 } = randomData(200, seed);
          const target = { logistic: label, softmax: label3, squared: value }[objective];
          const scores = scoreTrees(await fitForest(matrix, target, null, { ...oneTree, objective }), matrix);
          target.forEach((y, row) => {
            const share = objective === 'softmax' ? scores[row * 3 + y] : scores[row];
            const wanted = objective === 'softmax' ? 1 : y;
            assert.ok(Math.abs(share - wanted) < 1e-6, `${share} for ${wanted}`);
          });
        },
      ),
      { numRuns: 15 },
    );
  });

  test('makes the split of least Gini impurity, wherever the missing go', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 4, max: 60 }), async (seed, rows) => {
        const random = createRandom(seed);
        const column = Array.from({ length: rows }, () =>
          random.next() < 0.15 ? Number.NaN : random.integer(9),
        );
        const y = Float64Array.from({ length: rows }, (_, row) => (row < 3 ? row : random.integer(3)));
        const weights = Float64Array.from({ length: rows }, () => 1 + random.integer(3));
        const matrix = matrixOf(column);
        const options: ForestOptions = { ...oneTree, objective: 'softmax', maxDepth: 1 };
        const scores = scoreTrees(await fitForest(matrix, y, weights, options), matrix);
        // The weighted sum of squared shares is what Gini impurity leaves of the weight.
        const purity = weights.reduce(
          (sum, weight, row) => sum + weight * [0, 1, 2].reduce((s, k) => s + scores[row * 3 + k] ** 2, 0),
          0,
        );
        assert.ok(Math.abs(purity - mostPurity(column, y, weights)) < 1e-5 * rows);
      }),
      { numRuns: 40 },
    );
  });

  test('splits categories into the sets that differ, for two classes and for more', async () => {
    const codes = Float64Array.from({ length: 420 }, (_, row) => row % 7);
    const matrix: FeatureMatrix = { rows: 420, features: [{ name: 'c', categories: 7, values: codes }] };
    const isIn = codes.map((code) => ([1, 4, 5].includes(code) ? 1 : 0));
    for (const objective of ['logistic', 'softmax', 'squared'] as const) {
      const { trees } = await fitForest(matrix, isIn, null, { ...oneTree, objective });
      const left = trees[0].categories?.[0] ?? [];
      // Either set may be the left one.
      assert.deepEqual(
        left.length === 3 ? left : [0, 1, 2, 3, 4, 5, 6].filter((code) => !left.includes(code)),
        [1, 4, 5],
      );
      assert.equal(trees[0].feature.length, 3);
    }
  });
});

describe('a forest', () => {
  test('gives the same bytes for any number of threads', async () => {
    const { matrix, value, label3 } = randomData(12_000, 5);
    const cases: [Float64Array, ForestOptions][] = [
      [label3, { objective: 'softmax', trees: 5, minLeafRows: 5 }],
      [value, { objective: 'squared', trees: 3, maxDepth: 8, featuresPerSplit: 2 }],
    ];
    for (const [target, options] of cases) {
      const [one, three] = await Promise.all(
        [1, 3].map((threads) => fitForest(matrix, target, null, { ...options, threads, seed: 9 })),
      );
      assert.deepEqual(three, one);
    }
  });

  test('predicts unseen rows better than its single trees', async () => {
    const train = randomData(1500, 3);
    const unseen = randomData(1500, 4);
    const errorOf = async (trees: number) => {
      const estimator = await fitForest(train.matrix, train.value, null, { objective: 'squared', trees });
      const scores = scoreTrees(estimator, unseen.matrix);
      return scores.reduce((sum, score, row) => sum + (score - unseen.value[row]) ** 2, 0) / 1500;
    };
    const [single, forest] = [await errorOf(1), await errorOf(40)];
    assert.ok(forest < 0.7 * single, `${forest} against ${single}`);
  });

  test('gives shares of the classes that add up to one', async () => {
    const { matrix, label3 } = randomData(600, 3);
    const scores = scoreTrees(
      await fitForest(matrix, label3, null, { objective: 'softmax', trees: 20, minLeafRows: 3 }),
      matrix,
    );
    for (let row = 0; row < 600; row++) {
      const sum = scores[3 * row] + scores[3 * row + 1] + scores[3 * row + 2];
      assert.ok(Math.abs(sum - 1) < 1e-9);
    }
  });

  test('differs by seed, not by what was fitted before', async () => {
    const { matrix, label } = randomData(400, 2);
    const fit = (seed: number) => fitForest(matrix, label, null, { objective: 'logistic', trees: 4, seed });
    const first = await fit(1);
    assert.notDeepEqual(await fit(2), first);
    assert.deepEqual(await fit(1), first);
  });

  test('says how far it is, and can be aborted', async () => {
    const { matrix, label } = randomData(300, 2);
    const seen: number[] = [];
    await fitForest(matrix, label, null, {
      objective: 'logistic',
      trees: 5,
      onTree: (done) => seen.push(done),
    });
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const aborted = fitForest(matrix, label, null, {
      objective: 'logistic',
      signal: controller.signal,
      onTree: (done) => done === 2 && controller.abort(reason),
    });
    await assert.rejects(aborted, reason);
  });

  test('refuses what it cannot learn from', async () => {
    const { matrix } = randomData(10, 2);
    const fit = (target: Float64Array, options: ForestOptions) => fitForest(matrix, target, null, options);
    await assert.rejects(fit(new Float64Array(10), { objective: 'logistic' }), { code: 'TARGET_ONE_CLASS' });
    await assert.rejects(fit(new Float64Array(10), { objective: 'squared', trees: 0 }), {
      code: 'BAD_ARGUMENT',
    });
  });
});

/** The most weight, less Gini impurity, that a cut of the column leaves, with the missing at either side. */
function mostPurity(column: readonly number[], y: Float64Array, weights: Float64Array): number {
  let most = 0;
  for (const cut of new Set(column)) {
    for (const missingLeft of [true, false]) {
      const goesLeft = column.map((x) => (Number.isNaN(x) ? missingLeft : x <= cut || Number.isNaN(cut)));
      if (goesLeft.every(Boolean) || !goesLeft.some(Boolean)) continue;
      most = Math.max(most, purityOf(goesLeft, y, weights, true) + purityOf(goesLeft, y, weights, false));
    }
  }
  return most;
}

function purityOf(
  goesLeft: readonly boolean[],
  y: Float64Array,
  weights: Float64Array,
  side: boolean,
): number {
  const totals = [0, 0, 0];
  for (const [row, label] of y.entries()) if (goesLeft[row] === side) totals[label] += weights[row];
  const total = totals[0] + totals[1] + totals[2];
  return totals.reduce((sum, weight) => sum + weight ** 2, 0) / total;
}
