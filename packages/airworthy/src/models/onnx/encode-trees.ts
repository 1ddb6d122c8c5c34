import type { Tree, TreesEstimator } from '../model.ts';
import type { FeaturePlan } from '../plan-features.ts';
import { encodeConstant, encodeFeature, type SlotTensors } from './encode-features.ts';
import {
  type Attributes,
  byteTensor,
  doubleTensor,
  type GraphBuilder,
  type Tensor,
} from './graph-builder.ts';
import { ELEMENT } from './onnx-messages.ts';

/** The comparisons of ONNX's TreeEnsemble that we use, by its numbers. */
const MODE = { lessOrEqual: 0, member: 6 } as const;

/**
 * The margins [N, outputs] of an ensemble, by ONNX's TreeEnsemble (ai.onnx.ml 5), which compares, weighs and sums in
 * double; the older TreeEnsembleRegressor returns float32.
 *
 * A leaf of TreeEnsemble has one value. Where ours have one a class, every tree is a target of its own that yields
 * the leaf's number, and the values are looked up by it.
 */
export function encodeTrees(
  graph: GraphBuilder,
  plan: FeaturePlan,
  slots: SlotTensors,
  estimator: TreesEstimator,
): Tensor {
  const outputs = estimator.baseline.length;
  const baseline = baselineWithStumps(estimator);
  const trees = estimator.trees.filter((tree) => !isSingleLeaf(tree));
  if (trees.length === 0) return encodeConstant(graph, plan.slots[0].field, baseline);
  const columns = plan.features.map((feature) => encodeFeature(graph, slots, feature));
  const matrix = graph.op('Concat', columns, { axis: 1 });
  const isMultiValued = trees[0].output === -1;
  const layout = new EnsembleLayout(outputs);
  trees.forEach((tree, index) => {
    layout.add(tree, isMultiValued ? index : tree.output);
  });
  const sums = graph.mlOp(
    'TreeEnsemble',
    [matrix],
    layout.attributes(isMultiValued ? trees.length : outputs),
  );
  const margins = isMultiValued ? sumOfLeaves(graph, sums, layout.leafTable, outputs) : sums;
  return graph.op('Add', [margins, graph.doubles(baseline, [1, outputs])]);
}

const isSingleLeaf = (tree: Tree) => tree.feature[0] === -1;

/** The baseline with the trees that are but a leaf, which are constants. */
function baselineWithStumps({ baseline, trees }: TreesEstimator): number[] {
  const stumps = trees.filter(isSingleLeaf);
  return baseline.map((start, k) =>
    stumps.reduce((sum, tree) => {
      if (tree.output === -1) return sum + tree.values[k];
      return tree.output === k ? sum + tree.values[0] : sum;
    }, start),
  );
}

function sumOfLeaves(
  graph: GraphBuilder,
  numbers: Tensor,
  table: readonly number[],
  outputs: number,
): Tensor {
  const leaves = graph.op('Cast', [numbers], { to: ELEMENT.int64 });
  const values = graph.op('Gather', [graph.doubles(table, [table.length / outputs, outputs]), leaves]);
  return graph.op('ReduceSum', [values, graph.integers([1], [1])], { keepdims: 0 });
}

/** By inner node: its child's number, and 1 where that is a leaf's. */
interface Children {
  ids: number[];
  leaf: number[];
}

/** The arrays of a TreeEnsemble: inner nodes and leaves numbered apart, each from 0 over all trees. */
class EnsembleLayout {
  /** Leaf values of multi-valued trees, `outputs` a leaf. */
  readonly leafTable: number[] = [];
  readonly #outputs: number;
  readonly #roots: number[] = [];
  readonly #features: number[] = [];
  readonly #modes: number[] = [];
  readonly #splits: number[] = [];
  readonly #missingTrue: number[] = [];
  readonly #members: number[] = [];
  readonly #left: Children = { ids: [], leaf: [] };
  readonly #right: Children = { ids: [], leaf: [] };
  readonly #leafTargets: number[] = [];
  readonly #leafWeights: number[] = [];

  constructor(outputs: number) {
    this.#outputs = outputs;
  }

  add(tree: Tree, target: number): void {
    this.#roots.push(this.#features.length);
    this.#addSplit(tree, 0, target);
  }

  /** A node, then all left of it, then all right of it: the order in which readers expect membership sets. */
  #addSplit(tree: Tree, node: number, target: number): number {
    const categories = tree.categories?.[node] ?? null;
    // Codes are not negative: an empty set, which some runtimes mishandle, is a threshold below all of them.
    const isSet = categories !== null && categories.length > 0;
    const number = this.#features.push(tree.feature[node]) - 1;
    this.#modes.push(isSet ? MODE.member : MODE.lessOrEqual);
    this.#splits.push(categories === null ? tree.threshold[node] : -1);
    this.#missingTrue.push(tree.missingLeft[node]);
    if (isSet) this.#members.push(...categories, Number.NaN);
    this.#addChild(this.#left, tree, node, tree.left[node], target, number);
    this.#addChild(this.#right, tree, node, tree.right[node], target, number);
    return number;
  }

  #addChild(side: Children, tree: Tree, node: number, child: number, target: number, number: number): void {
    const isLeaf = tree.feature[child] === -1;
    // Some releases of onnxruntime take a root for a leaf where its children, a leaf and a node, have one number.
    if (isLeaf && node === 0 && this.#leafTargets.length === number + 1) this.#pushLeaf(target, 0);
    side.leaf[number] = isLeaf ? 1 : 0;
    side.ids[number] = isLeaf ? this.#addLeaf(tree, child, target) : this.#addSplit(tree, child, target);
  }

  #addLeaf(tree: Tree, node: number, target: number): number {
    if (tree.output !== -1) return this.#pushLeaf(target, tree.values[node]);
    const outputs = this.#outputs;
    const number = this.leafTable.length / outputs;
    this.leafTable.push(...tree.values.slice(node * outputs, (node + 1) * outputs));
    return this.#pushLeaf(target, number);
  }

  #pushLeaf(target: number, weight: number): number {
    this.#leafTargets.push(target);
    return this.#leafWeights.push(weight) - 1;
  }

  attributes(targets: number): Attributes {
    return {
      aggregate_function: 1,
      n_targets: targets,
      post_transform: 0,
      tree_roots: this.#roots,
      nodes_featureids: this.#features,
      nodes_modes: byteTensor(this.#modes),
      nodes_splits: doubleTensor(this.#splits, [this.#splits.length]),
      nodes_missing_value_tracks_true: this.#missingTrue,
      nodes_truenodeids: this.#left.ids,
      nodes_trueleafs: this.#left.leaf,
      nodes_falsenodeids: this.#right.ids,
      nodes_falseleafs: this.#right.leaf,
      leaf_targetids: this.#leafTargets,
      leaf_weights: doubleTensor(this.#leafWeights, [this.#leafWeights.length]),
      ...(this.#members.length > 0
        ? { membership_values: doubleTensor(this.#members, [this.#members.length]) }
        : {}),
    };
  }
}
