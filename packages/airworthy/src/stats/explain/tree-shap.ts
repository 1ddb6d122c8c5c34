import { createLeafTable, type LeafTable } from './leaf-table.ts';
import type { LeafWeights } from './leaf-weights.ts';
import type { Attribution, ExplainedTree, FeatureRows, TreeEnsemble } from './tree-ensemble.ts';
import { countPlaces, planPaths, type TreePaths, writeMasks } from './tree-paths.ts';
import { coverWeights, pairWeights } from './tree-weights.ts';

/**
 * Interventional TreeSHAP: the exact Shapley values of margin(x) - mean margin(background), where a coalition takes x's
 * value of its features and a background row's of the others, averaged over the background rows. Unlike the usual walk of
 * each pair of rows (Lundberg et al. 2020), the background rows are counted by which conditions of a leaf they fail: what
 * a leaf adds then depends only on which ones x fails, and is computed once for all rows that fail the same.
 *
 * @throws EXPLANATION_NOT_POSSIBLE where a way to a leaf asks for more than 30 different features.
 * @example
 * const { base, values } = explainTrees(model.estimator, rows, background);
 * values[row * features + 3]; // what feature 3 adds to the row's margin, of one output
 */
export function explainTrees(
  ensemble: TreeEnsemble,
  rows: FeatureRows,
  background: FeatureRows,
): Attribution {
  return addUpTrees(ensemble, rows, (paths) => pairWeights(paths, background));
}

/**
 * Path-dependent TreeSHAP (Lundberg et al. 2018): a feature outside the coalition lets a row go both ways at its nodes,
 * by the share of training weight each had. Other values than the interventional ones: say which are shown. Summed over
 * subsets by size, without the division of the published unwinding, so that nothing is lost on long ways.
 */
export function explainTreesByCover(ensemble: TreeEnsemble, rows: FeatureRows): Attribution {
  return addUpTrees(ensemble, rows, coverWeights);
}

function addUpTrees(
  { baseline, trees }: TreeEnsemble,
  rows: FeatureRows,
  weightsOf: (paths: TreePaths) => LeafWeights,
): Attribution {
  const outputs = baseline.length;
  const base = Float64Array.from(baseline);
  const values = new Float64Array(rows.rows * outputs * rows.columns);
  for (const tree of trees) {
    const paths = planPaths(tree);
    const weights = weightsOf(paths);
    const table = createLeafTable(paths, weights, leafValues(tree, paths, outputs), outputs);
    addBase(table, weights, base);
    addTree(table, rows, values);
  }
  return { base, values };
}

/** Leaves x outputs. */
function leafValues({ output, values }: ExplainedTree, { leaves }: TreePaths, outputs: number): Float64Array {
  const all = new Float64Array(leaves.count * outputs);
  for (let leaf = 0; leaf < leaves.count; leaf++) {
    const node = leaves.node[leaf];
    if (output >= 0) all[leaf * outputs + output] = values[node];
    else for (let k = 0; k < outputs; k++) all[leaf * outputs + k] = values[node * outputs + k];
  }
  return all;
}

function addBase({ paths, values }: LeafTable, weights: LeafWeights, base: Float64Array): void {
  for (let leaf = 0; leaf < paths.leaves.count; leaf++) {
    const share = weights.reach(leaf);
    for (let k = 0; k < base.length; k++) base[k] += share * values[leaf * base.length + k];
  }
}

function addTree(table: LeafTable, { rows, columns, values }: FeatureRows, sums: Float64Array): void {
  const { paths, outputs } = table;
  const { count, place, start, features } = paths.leaves;
  const masks = new Int32Array(countPlaces(paths));
  for (let row = 0; row < rows; row++) {
    writeMasks(paths, values, row * columns, masks);
    for (let leaf = 0; leaf < count; leaf++) {
      let entry = table.find(leaf, masks[place[leaf]]);
      if (entry < 0) continue;
      const { entries } = table;
      const end = start[leaf + 1];
      for (let k = 0; k < outputs; k++) {
        const to = (row * outputs + k) * columns;
        for (let at = start[leaf]; at < end; at++) sums[to + features[at]] += entries[entry++];
      }
    }
  }
}
