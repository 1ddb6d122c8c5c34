import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { runInWorker } from '../../jobs/local/run-in-worker.ts';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import { createRandom } from '../../stats/random.ts';
import { fitBoosting } from './fit-boosting.ts';
import type { BoostingOptions } from './learner-options.ts';
import { matrixOf, randomData } from './testing/random-data.ts';
import { scoreTrees } from './testing/score-trees.ts';

const seeds = fc.integer({ min: 0, max: 1e6 });
const few = { numRuns: 10 };
const single = { threads: 1, minLeafRows: 1, minLeafHessian: 0, minCategoryRows: 1 } as const;

function logLoss(label: Float64Array, probability: Float64Array): number {
  const losses = label.map((y, row) => -Math.log(y === 1 ? probability[row] : 1 - probability[row]));
  return losses.reduce((sum, loss) => sum + loss, 0) / label.length;
}

describe('a tree', () => {
  test('makes the split that lowers the squared error most, wherever the missing go', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 4, max: 60 }), async (seed, rows) => {
        const random = createRandom(seed);
        const draw = () => (random.next() < 0.15 ? Number.NaN : random.integer(12));
        const columns = [0, 1].map(() => Array.from({ length: rows }, draw));
        const y = Float64Array.from({ length: rows }, () => random.normal());
        const options: BoostingOptions = {
          ...single,
          objective: 'squared',
          iterations: 1,
          learningRate: 1,
          maxLeaves: 2,
        };
        const matrix = matrixOf(...columns);
        const fitted = scoreTrees(await fitBoosting(matrix, y, null, options), matrix);
        const error = fitted.reduce((sum, value, row) => sum + (value - y[row]) ** 2, 0);
        assert.ok(Math.abs(error - leastError(columns, y)) < 1e-6 * rows, `${error}`);
      }),
      { numRuns: 40 },
    );
  });

  test('scores its training rows as it placed them: thresholds, categories and missing agree with the bins', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { matrix, label } = randomData(700, seed);
        let trainLoss = 0;
        const estimator = await fitBoosting(matrix, label, null, {
          threads: 1,
          objective: 'logistic',
          iterations: 8,
          minLeafRows: 3,
          onIteration: (_, loss) => {
            trainLoss = loss;
          },
        });
        assert.ok(Math.abs(logLoss(label, scoreTrees(estimator, matrix)) - trainLoss) < 1e-12);
      }),
      few,
    );
  });

  test('fills the cover with the rows that reached each node', async () => {
    const { matrix, value } = randomData(500, 1);
    const { trees } = await fitBoosting(matrix, value, null, { objective: 'squared', iterations: 2 });
    for (const { cover, feature, left, right } of trees) {
      assert.equal(cover[0], 500);
      for (const [node, split] of feature.entries())
        if (split !== -1) assert.equal(cover[node], cover[left[node]] + cover[right[node]]);
    }
  });

  test('splits categories into the sets that differ, and sends those it never saw with the missing', async () => {
    const codes = Float64Array.from({ length: 400 }, (_, row) => (row % 8 === 7 ? Number.NaN : row % 7));
    const matrix: FeatureMatrix = { rows: 400, features: [{ name: 'c', categories: 9, values: codes }] };
    const y = codes.map((code) => ([1, 4, 5].includes(code) ? 3 : -1));
    const options: BoostingOptions = {
      ...single,
      objective: 'squared',
      iterations: 1,
      learningRate: 1,
      maxLeaves: 2,
    };
    const { trees } = await fitBoosting(matrix, y, null, options);
    assert.deepEqual(trees[0].categories?.[0], [1, 4, 5]);
    assert.equal(trees[0].missingLeft[0], 0);
  });

  test('never splits a feature that is constant or missing throughout, nor a target that is constant', async () => {
    const rows = 50;
    const nothing = matrixOf(new Array(rows).fill(1), new Array(rows).fill(Number.NaN));
    const y = Float64Array.from({ length: rows }, (_, row) => row);
    assert.deepEqual((await fitBoosting(nothing, y, null, { ...single, objective: 'squared' })).trees, []);
    const flat = await fitBoosting(matrixOf([...y]), new Float64Array(rows).fill(7), null, {
      ...single,
      objective: 'squared',
    });
    assert.deepEqual([flat.trees, flat.baseline], [[], [7]]);
  });

  test('puts infinities at the ends, and stores finite thresholds', async () => {
    const column = [Number.NEGATIVE_INFINITY, -5, 0, Number.MAX_VALUE, Number.POSITIVE_INFINITY];
    const y = Float64Array.of(0, 10, 20, 30, 40);
    const matrix = matrixOf(column);
    const estimator = await fitBoosting(matrix, y, null, {
      ...single,
      objective: 'squared',
      iterations: 1,
      learningRate: 1,
    });
    assert.deepEqual([...scoreTrees(estimator, matrix)].map(Math.round), [0, 10, 20, 30, 40]);
    assert.ok(estimator.trees[0].threshold.every(Number.isFinite));
  });
});

describe('boosting', () => {
  test('gives the same bytes for any number of threads', async () => {
    const { matrix, value, label, label3 } = randomData(40_000, 5);
    const narrow = { rows: matrix.rows, features: matrix.features.slice(0, 3) };
    const cases: [FeatureMatrix, Float64Array, BoostingOptions][] = [
      [matrix, label, { objective: 'logistic', iterations: 5, featureFraction: 0.6, earlyStopping: {} }],
      [matrix, label3, { objective: 'softmax', iterations: 2 }],
      [narrow, value, { objective: 'squared', iterations: 4 }],
    ];
    for (const [features, target, options] of cases) {
      const [one, three] = await Promise.all(
        [1, 3].map((threads) => fitBoosting(features, target, null, { ...options, threads, seed: 3 })),
      );
      assert.ok(one.trees.length > 0);
      assert.deepEqual(three, one);
    }
  });

  test('works in a worker thread, with threads of its own', async () => {
    const input = { rows: 12_000, seed: 2 };
    const module = siblingModule(import.meta.url, 'testing/fit-in-worker');
    const trees = await runInWorker<number>({ module, run: 'fitInWorker', input });
    assert.equal(trees, 3);
  });

  test('reports the same loss whether weights are absent or all 1', async () => {
    const { matrix, label, label3 } = randomData(20_001, 3);
    const cases = [
      [label, 'logistic'],
      [label3, 'softmax'],
    ] as const;
    for (const [target, objective] of cases) {
      const lossesOf = async (weights: Float64Array | null) => {
        const losses: number[] = [];
        await fitBoosting(matrix, target, weights, {
          objective,
          iterations: 3,
          earlyStopping: {},
          threads: 2,
          onIteration: (_, train, validation) => losses.push(train, validation ?? 0),
        });
        return losses;
      };
      const [absent, ones] = [await lossesOf(null), await lossesOf(new Float64Array(matrix.rows).fill(1))];
      for (const [index, loss] of absent.entries()) assert.ok(Math.abs(loss - ones[index]) < 1e-9);
    }
  });

  test('lowers the loss of three classes, whose probabilities add up to one', async () => {
    const { matrix, label3 } = randomData(1500, 3);
    const losses: number[] = [];
    const estimator = await fitBoosting(matrix, label3, null, {
      objective: 'softmax',
      iterations: 20,
      onIteration: (_, loss) => losses.push(loss),
    });
    const scores = scoreTrees(estimator, matrix);
    const hits = label3.filter((label, row) => scores[3 * row + label] > 0.5).length;
    assert.ok(losses.every((loss, index) => index === 0 || loss < losses[index - 1]));
    assert.ok(hits > 1200, `${hits} of 1500`);
  });

  test('takes a weight of n as n equal rows', async () => {
    // Values, because with two classes different splits are often equally good.
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { matrix, value } = randomData(60, seed);
        const random = createRandom(seed).fork('weights');
        const times = Float64Array.from({ length: 60 }, () => random.integer(4));
        const repeated = [...times.keys()].flatMap((row) => new Array<number>(times[row]).fill(row));
        const options: BoostingOptions = {
          ...single,
          objective: 'squared',
          iterations: 5,
          l2: 1,
          maxDepth: 3,
        };
        const weighted = await fitBoosting(matrix, value, times, options);
        const target = Float64Array.from(repeated, (row) => value[row]);
        const plain = await fitBoosting(takeRows(matrix, repeated), target, null, options);
        const kept = takeRows(matrix, [...new Set(repeated)]);
        const [a, b] = [scoreTrees(weighted, kept), scoreTrees(plain, kept)];
        for (const [index, score] of a.entries()) assert.ok(Math.abs(score - b[index]) < 1e-5);
      }),
      { numRuns: 30 },
    );
  });

  test('balanced class weights give each class the same say', async () => {
    const y = Float64Array.from({ length: 1000 }, (_, row) => (row < 50 ? 1 : 0));
    const { baseline } = await fitBoosting(matrixOf([...y.keys()].map((row) => row % 3)), y, null, {
      objective: 'logistic',
      classWeights: 'balanced',
      iterations: 1,
    });
    assert.ok(Math.abs(baseline[0]) < 1e-12);
  });

  test('keeps monotone constraints, at any place of the other features', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom(1, -1), async (seed, direction) => {
        const random = createRandom(seed);
        const columns = [0, 1].map(() =>
          Array.from({ length: 300 }, () => (random.next() < 0.1 ? Number.NaN : random.normal())),
        );
        const y = Float64Array.from(
          columns[0],
          (x, row) => Math.sin(3 * (x || 0)) * (1 + (columns[1][row] || 0)) + random.normal(),
        );
        const estimator = await fitBoosting(matrixOf(...columns), y, null, {
          ...single,
          objective: 'squared',
          iterations: 15,
          monotone: [direction, 0],
        });
        const grid = Array.from({ length: 60 }, (_, index) => -3 + index / 10);
        for (const other of [Number.NaN, -1, 0.3, 2]) {
          const scores = scoreTrees(
            estimator,
            matrixOf(
              grid,
              grid.map(() => other),
            ),
          );
          scores.forEach((score, index) => {
            if (index > 0) assert.ok((score - scores[index - 1]) * direction >= -1e-12);
          });
        }
      }),
      few,
    );
  });

  test('stops early and keeps the best iteration', async () => {
    const { matrix, label } = randomData(600, 8);
    const losses: (number | null)[] = [];
    const { trees } = await fitBoosting(matrix, label, null, {
      objective: 'logistic',
      iterations: 500,
      learningRate: 0.5,
      minLeafRows: 2,
      earlyStopping: { fraction: 0.3, patience: 5 },
      onIteration: (_, _train, validation) => losses.push(validation),
    });
    const best = losses.indexOf(Math.min(...losses.map(Number)));
    assert.equal(trees.length, best + 1);
    assert.equal(losses.length, best + 1 + 5);
  });

  test('draws features anew for each split, by the seed', async () => {
    const { matrix, value } = randomData(800, 4);
    const fit = (seed: number) =>
      fitBoosting(matrix, value, null, { objective: 'squared', iterations: 5, featureFraction: 0.4, seed });
    assert.deepEqual(await fit(1), await fit(1));
    assert.notDeepEqual(await fit(1), await fit(2));
  });

  test('copes with targets of any size, and far from zero', async () => {
    const { matrix, value } = randomData(401, 6);
    for (const [scale, offset] of [
      [1e-9, 0],
      [1e12, 0],
      [1, 1e9],
    ]) {
      const target = value.map((y) => y * scale + offset);
      const scores = scoreTrees(await fitBoosting(matrix, target, null, { objective: 'squared' }), matrix);
      const left = scores.reduce((sum, score, row) => sum + ((score - target[row]) / scale) ** 2, 0);
      assert.ok(left / 401 < 0.5, `${left / 401} at ${scale} from ${offset}`);
    }
  });

  test('can be aborted before and between iterations', async () => {
    const { matrix, value } = randomData(300, 6);
    const reason = new Error('enough');
    await assert.rejects(
      fitBoosting(matrix, value, null, { objective: 'squared', signal: AbortSignal.abort(reason) }),
      reason,
    );
    const controller = new AbortController();
    const onIteration = (iteration: number) => iteration === 3 && controller.abort(reason);
    await assert.rejects(
      fitBoosting(matrix, value, null, { objective: 'squared', signal: controller.signal, onIteration }),
      reason,
    );
  });
});

describe('bad input', () => {
  const x = matrixOf([1, 2, 3, 4]);
  const y = Float64Array.of(0, 1, 0, 1);
  const options: BoostingOptions = { objective: 'logistic', threads: 1 };
  const cases: [string, string, () => Promise<unknown>][] = [
    ['no rows', 'TRAINING_TOO_FEW_ROWS', () => fitBoosting(matrixOf([]), new Float64Array(0), null, options)],
    ['no weight', 'TRAINING_TOO_FEW_ROWS', () => fitBoosting(x, y, new Float64Array(4), options)],
    ['no features', 'TRAINING_NO_FEATURES', () => fitBoosting({ rows: 4, features: [] }, y, null, options)],
    ['one class', 'TARGET_ONE_CLASS', () => fitBoosting(x, Float64Array.of(1, 1, 1, 1), null, options)],
    ['one weighted class', 'TARGET_ONE_CLASS', () => fitBoosting(x, y, Float64Array.of(0, 1, 0, 1), options)],
    ['no class', 'TARGET_INVALID', () => fitBoosting(x, Float64Array.of(0, 1, 2, 1), null, options)],
    [
      'no number',
      'TARGET_INVALID',
      () => fitBoosting(x, Float64Array.of(0, 1, Number.NaN, 1), null, { objective: 'squared' }),
    ],
    ['short target', 'BAD_ARGUMENT', () => fitBoosting(x, Float64Array.of(0, 1), null, options)],
    ['bad weight', 'BAD_ARGUMENT', () => fitBoosting(x, y, Float64Array.of(1, -1, 1, 1), options)],
    ['bad option', 'BAD_ARGUMENT', () => fitBoosting(x, y, null, { ...options, learningRate: 0 })],
    ['bad constraint', 'BAD_ARGUMENT', () => fitBoosting(x, y, null, { ...options, monotone: [2] })],
  ];
  for (const [name, code, fit] of cases) test(name, () => assert.rejects(fit(), { code }));
});

/** The least squared error over every split of every column, with the missing at either side. */
function leastError(columns: readonly number[][], y: Float64Array): number {
  let least = errorAround([...y]);
  for (const column of columns) {
    for (const cut of new Set(column)) {
      for (const missingLeft of [true, false]) {
        const goesLeft = column.map((x) => (Number.isNaN(x) ? missingLeft : x <= cut || Number.isNaN(cut)));
        const sides = [true, false].map((side) => [...y].filter((_, row) => goesLeft[row] === side));
        if (sides.every((side) => side.length > 0))
          least = Math.min(least, errorAround(sides[0]) + errorAround(sides[1]));
      }
    }
  }
  return least;
}

function errorAround(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

function takeRows(matrix: FeatureMatrix, rows: readonly number[]): FeatureMatrix {
  const features = matrix.features.map((feature) => ({
    ...feature,
    values: Float64Array.from(rows, (row) => feature.values[row]),
  }));
  return { rows: rows.length, features };
}
