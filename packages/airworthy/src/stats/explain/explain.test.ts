import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createRandom, type Random } from '../random.ts';
import { allCoalitions, type Coalitions, exactShapley } from './coalitions.ts';
import { accumulateEffects, effectBin, effectEdges } from './curves.ts';
import { planKernel, solveKernel } from './kernel-shap.ts';
import { agreement, distrust, fieldNearness, fitLocalModel } from './local-model.ts';
import { planOrders, solveOrders } from './permutation-shap.ts';
import { requireAdditive } from './require-additive.ts';
import type { ExplainedTree, FeatureRows, TreeEnsemble } from './tree-ensemble.ts';
import { explainTrees, explainTreesByCover } from './tree-shap.ts';

const seeds = fc.integer({ min: 1, max: 2 ** 31 });

/** Values from few levels, so that rows share sides of thresholds; now and then missing. */
function randomRows(random: Random, rows: number, columns: number): FeatureRows {
  const values = Float64Array.from({ length: rows * columns }, () =>
    random.next() < 0.1 ? Number.NaN : random.integer(6),
  );
  return { rows, columns, values };
}

function randomTree(random: Random, columns: number, outputs: number, depth: number): ExplainedTree {
  const output = random.next() < 0.5 ? -1 : random.integer(outputs);
  const tree = {
    ...{ output, feature: [] as number[], threshold: [] as number[], left: [] as number[] },
    ...{ right: [] as number[], missingLeft: [] as number[], values: [] as number[], cover: [] as number[] },
    categories: [] as (number[] | null)[],
  };
  const grow = (level: number, cover: number): number => {
    const node = tree.feature.length;
    const isLeaf = level === depth || random.next() < 0.2;
    tree.feature.push(isLeaf ? -1 : random.integer(columns));
    tree.threshold.push(random.integer(6) - 0.5);
    tree.categories.push(!isLeaf && random.next() < 0.3 ? [random.integer(3), 3 + random.integer(3)] : null);
    tree.missingLeft.push(random.integer(2));
    tree.cover.push(cover);
    for (let k = 0; k < (output < 0 ? outputs : 1); k++) tree.values.push(isLeaf ? random.normal() : 0);
    tree.left.push(0);
    tree.right.push(0);
    if (isLeaf) return node;
    const share = 0.1 + 0.8 * random.next();
    tree.left[node] = grow(level + 1, cover * share);
    tree.right[node] = grow(level + 1, cover * (1 - share));
    return node;
  };
  grow(0, 100);
  return tree;
}

function goesLeft(tree: ExplainedTree, node: number, x: number): boolean {
  if (Number.isNaN(x)) return tree.missingLeft[node] === 1;
  const codes = tree.categories?.[node];
  return codes ? codes.includes(x) : x <= tree.threshold[node];
}

/** A tree's value of an output, weighing both ways by cover where `known` says that the feature is not given. */
function treeValue(tree: ExplainedTree, x: (feature: number) => number | null, k: number, node = 0): number {
  const feature = tree.feature[node];
  if (feature < 0) {
    if (tree.output < 0) return tree.values[node * (tree.values.length / tree.feature.length) + k];
    return tree.output === k ? tree.values[node] : 0;
  }
  const [left, right] = [tree.left[node], tree.right[node]];
  const value = x(feature);
  if (value !== null) return treeValue(tree, x, k, goesLeft(tree, node, value) ? left : right);
  const share = tree.cover[left] / tree.cover[node];
  return share * treeValue(tree, x, k, left) + (1 - share) * treeValue(tree, x, k, right);
}

/** Shapley values by trying all sets of features. */
function bruteForce(columns: number, worth: (members: ArrayLike<number>) => number): Float64Array {
  const all = allCoalitions(columns);
  const ends = { empty: worth(new Uint8Array(columns)), full: worth(new Uint8Array(columns).fill(1)) };
  return exactShapley(columns, worths(all, worth), ends).values;
}

function worths({ players, count, members }: Coalitions, worth: (members: ArrayLike<number>) => number) {
  return Float64Array.from({ length: count }, (_, at) =>
    worth(members.subarray(at * players, (at + 1) * players)),
  );
}

interface RandomEnsemble {
  ensemble: TreeEnsemble;
  rows: FeatureRows;
  background: FeatureRows;
  outputs: number;
}

function randomEnsemble(seed: number): RandomEnsemble {
  const random = createRandom(seed);
  const columns = 1 + random.integer(5);
  const outputs = 1 + random.integer(3);
  const trees = Array.from({ length: 1 + random.integer(3) }, () => randomTree(random, columns, outputs, 5));
  const baseline = Array.from({ length: outputs }, () => random.normal());
  const [rows, background] = [randomRows(random, 3, columns), randomRows(random, 7, columns)];
  return { ensemble: { baseline, trees }, rows, background, outputs };
}

function sameValues(found: Float64Array, expected: Float64Array): void {
  for (const [at, value] of expected.entries()) {
    assert.ok(Math.abs(found[at] - value) <= 1e-12, `${at}: ${found[at]}, by brute force ${value}`);
  }
}

describe('TreeSHAP is what trying all sets of features gives', () => {
  const xOf = ({ values, columns }: FeatureRows, row: number, feature: number) =>
    values[row * columns + feature];

  test('against background rows; it adds up to the margin', () => {
    const holds = (seed: number) => {
      const { ensemble, rows, background, outputs } = randomEnsemble(seed);
      const { columns } = rows;
      const found = explainTrees(ensemble, rows, background);
      const margin = (x: (feature: number) => number, k: number) =>
        ensemble.trees.reduce((sum, tree) => sum + treeValue(tree, x, k), ensemble.baseline[k]);
      for (let row = 0; row < rows.rows; row++) {
        for (let k = 0; k < outputs; k++) {
          const worth = (members: ArrayLike<number>) => {
            let sum = 0;
            for (let other = 0; other < background.rows; other++)
              sum += margin((f) => (members[f] ? xOf(rows, row, f) : xOf(background, other, f)), k);
            return sum / background.rows;
          };
          const values = found.values.subarray(
            (row * outputs + k) * columns,
            (row * outputs + k + 1) * columns,
          );
          sameValues(values, bruteForce(columns, worth));
          const output = Float64Array.of(margin((f) => xOf(rows, row, f), k));
          requireAdditive({ base: found.base[k], values, features: columns, outputs: output }, 1e-12);
        }
      }
    };
    fc.assert(fc.property(seeds, holds), { numRuns: 25 });
  });

  test('by training cover', () => {
    const holds = (seed: number) => {
      const { ensemble, rows, outputs } = randomEnsemble(seed);
      const { columns } = rows;
      const found = explainTreesByCover(ensemble, rows);
      for (let row = 0; row < rows.rows; row++) {
        for (let k = 0; k < outputs; k++) {
          const worth = (members: ArrayLike<number>) =>
            ensemble.trees.reduce(
              (sum, tree) => sum + treeValue(tree, (f) => (members[f] ? xOf(rows, row, f) : null), k),
              ensemble.baseline[k],
            );
          const values = found.values.subarray(
            (row * outputs + k) * columns,
            (row * outputs + k + 1) * columns,
          );
          sameValues(values, bruteForce(columns, worth));
          assert.ok(Math.abs(found.base[k] - worth(new Uint8Array(columns))) <= 1e-12);
        }
      }
    };
    fc.assert(fc.property(seeds, holds), { numRuns: 25 });
  });

  test('a way through more features than a mask holds is refused, one of 30 is not', () => {
    const chain = (length: number): ExplainedTree => {
      const nodes = Array.from({ length: 2 * length + 1 }, (_, node) => node);
      const isInner = (node: number) => node % 2 === 0 && node < 2 * length;
      return {
        output: 0,
        feature: nodes.map((node) => (isInner(node) ? node / 2 : -1)),
        threshold: nodes.map(() => 0.5),
        left: nodes.map((node) => (isInner(node) ? node + 1 : 0)),
        right: nodes.map((node) => (isInner(node) ? node + 2 : 0)),
        missingLeft: nodes.map(() => 0),
        values: nodes.map((node) => (node === 2 * length ? 1 : 0)),
        cover: nodes.map((node) => 2 ** -(node / 2)),
      };
    };
    const rows = (columns: number, value: number) => ({
      rows: 1,
      columns,
      values: new Float64Array(columns).fill(value),
    });
    const { values } = explainTrees({ baseline: [0], trees: [chain(30)] }, rows(30, 1), rows(30, 0));
    for (const value of values) assert.ok(Math.abs(value - 1 / 30) < 1e-15);
    const tooLong = { baseline: [0], trees: [chain(31)] };
    assert.throws(() => explainTreesByCover(tooLong, rows(31, 1)), { code: 'EXPLANATION_NOT_POSSIBLE' });
  });
});

describe('values sampled by scoring', () => {
  /** A game with interactions of many players. */
  const worth = (members: ArrayLike<number>) => {
    let sum = 0;
    for (let player = 0; player < members.length; player++)
      sum += members[player] * (player + members[(player + 1) % members.length] * 0.5);
    return Math.sqrt(sum);
  };
  const players = 13;
  const ends = { empty: 0, full: worth(new Uint8Array(players).fill(1)) };

  test('Kernel and permutation are within their errors of the exact values, and add up', () => {
    const exact = bruteForce(players, worth);
    const kernel = planKernel(players, 600, createRandom(3));
    const orders = planOrders(players, 2_400, createRandom(3));
    for (const found of [
      solveKernel(kernel, worths(kernel, worth), ends),
      solveOrders(orders, worths(orders, worth), ends),
    ]) {
      const total = found.values.reduce((sum, value) => sum + value, 0);
      assert.ok(Math.abs(total - ends.full) < 1e-12);
      for (const [player, value] of exact.entries()) {
        assert.ok(found.errors[player] > 0 && found.errors[player] < 0.05, `error ${found.errors[player]}`);
        assert.ok(Math.abs(found.values[player] - value) < 5 * found.errors[player], `player ${player}`);
      }
    }
  });

  test('errors are honest: the truth lies within two of them about 95 times in 100', () => {
    const exact = bruteForce(players, worth);
    let covered = 0;
    for (let seed = 0; seed < 60; seed++) {
      const plan = planKernel(players, 300, createRandom(seed));
      const { values, errors } = solveKernel(plan, worths(plan, worth), ends);
      covered += exact.filter((value, at) => Math.abs(values[at] - value) <= 2.2 * errors[at]).length;
    }
    const share = covered / (60 * players);
    assert.ok(share > 0.9 && share < 0.99, `${share}`);
  });

  test('a player that adds nothing gets nothing, equal ones the same; one player gets all', () => {
    const game = (members: ArrayLike<number>) => members[0] * members[1] + members[0] + members[1];
    const values = bruteForce(4, game);
    assert.deepEqual([...values], [1.5, 1.5, 0, 0]);
    const alone = planKernel(1, 16, createRandom(1));
    assert.deepEqual(
      [...solveKernel(alone, new Float64Array(alone.count), { empty: 1, full: 3 }).values],
      [2],
    );
  });
});

test('what does not add up is refused with its residual', () => {
  const values = Float64Array.of(1, 2, 3, 4);
  const added = { base: 1, values, features: 2, outputs: Float64Array.of(4, 8) };
  assert.equal(requireAdditive(added).residual, 0);
  const wrong = { ...added, outputs: Float64Array.of(4, 8.001) };
  assert.throws(
    () => requireAdditive(wrong),
    (error: { code: string; facts: { row: number; residual: number } }) => {
      assert.equal(error.code, 'EXPLANATION_NOT_ADDITIVE');
      assert.equal(error.facts.row, 1);
      return Math.abs(error.facts.residual - 0.001) < 1e-12;
    },
  );
  assert.throws(() => requireAdditive({ ...added, outputs: Float64Array.of(4, Number.NaN) }));
});

test('accumulated local effects of an additive function are the function, centred', () => {
  const random = createRandom(5);
  const x = Float64Array.from({ length: 500 }, () => random.normal());
  const f = (value: number) => 3 * value;
  const edges = effectEdges(x, 10);
  const bins = Int32Array.from(x, (value) => effectBin(edges, value));
  const at = (edge: number) => Float64Array.from(bins, (bin) => f(edges[bin + edge]));
  const { effect, counts } = accumulateEffects(bins, at(0), at(1), edges.length - 1);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    500,
  );
  for (let edge = 1; edge < edges.length; edge++)
    assert.ok(Math.abs(effect[edge] - effect[edge - 1] - 3 * (edges[edge] - edges[edge - 1])) < 1e-12);
});

test('a local model fits what is linear, and says when it does not fit or is not steady', () => {
  const random = createRandom(2);
  const features = 4;
  const presence = Uint8Array.from({ length: 2_000 * features }, () => random.integer(2));
  const fit = (of: (at: number) => number) => {
    const outputs = Float64Array.from({ length: 2_000 }, (_, sample) => of(sample * features));
    return fitLocalModel({ presence, features, outputs, weights: fieldNearness(presence, features) });
  };
  const linear = fit((at) => 1 + 2 * presence[at] - presence[at + 2]);
  assert.ok(linear.r2 > 0.999);
  assert.ok(Math.abs(linear.coefficients[0] - 2) < 0.02 && Math.abs(linear.coefficients[1]) < 0.01);
  assert.equal(distrust(linear.r2, 1), null);
  const noise = fit(() => random.normal());
  assert.match(distrust(noise.r2, 1) ?? '', /explains \d+ % of what the model does here/);
  assert.equal(agreement(Float64Array.of(3, 2, 1), Float64Array.of(-3, 2, 1), 2), 0.5);
  assert.match(distrust(0.9, 0.5) ?? '', /two seeds agree on 50 %/);
});
