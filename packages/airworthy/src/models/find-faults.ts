import type { Feature, Model, OnnxEstimator, Tree, TreesEstimator } from './model.ts';
import { planFeatures } from './plan-features.ts';
import { outputWidth, type Task } from './table.ts';

/**
 * Why a model of the right shape could still not be computed: names that refer to nothing, lengths that do not fit,
 * trees that are none. One sentence each; empty where the model is sound.
 */
export function findFaults(model: Model): string[] {
  return [...nameFaults(model), ...featureFaults(model), ...estimatorFaults(model)];
}

function nameFaults({ fields, task }: Model): string[] {
  const names = fields.map((field) => field.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const faults = twice.map((name) => `field "${name}" is there twice`);
  if (task.kind !== 'regression' && new Set(task.classes).size < task.classes.length) {
    faults.push('a class is there twice');
  }
  return faults;
}

function featureFaults(model: Model): string[] {
  try {
    planFeatures(model);
    return [];
  } catch (thrown) {
    return [(thrown as Error).message];
  }
}

function estimatorFaults({ task, estimator, features, fields }: Model): string[] {
  const width = outputWidth(task);
  if (estimator.kind === 'onnx') {
    const faults = onnxFaults(estimator, task, new Set(fields.map((field) => field.name)));
    return features.length === 0 ? faults : ['an ONNX graph takes no features', ...faults];
  }
  if (estimator.kind === 'constant') return lengthFault('the constant output', estimator.output, width);
  const faults = features.length === 0 ? ['the estimator has no features'] : [];
  const fitting = task.kind === 'binary' ? 'logistic' : 'softmax';
  if (estimator.link !== 'identity' && (task.kind === 'regression' || estimator.link !== fitting)) {
    faults.push(`link "${estimator.link}" does not fit a ${task.kind} task`);
  }
  if (estimator.kind === 'trees') return [...faults, ...treesFaults(estimator, features, width)];
  return [
    ...faults,
    ...lengthFault('the intercepts', estimator.intercepts, width),
    ...lengthFault('the coefficients', estimator.coefficients, width),
    ...estimator.coefficients.flatMap((row) => lengthFault('a row of coefficients', row, features.length)),
  ];
}

function onnxFaults({ inputs, output }: OnnxEstimator, task: Task, fields: ReadonlySet<string>): string[] {
  const tensors = inputs.form === 'columns' ? inputs.tensors : [];
  const unknown = tensors.filter((tensor) => !fields.has(tensor.name));
  const fits = output.columns === outputWidth(task) || (task.kind === 'binary' && output.columns === 2);
  return [
    ...unknown.map((tensor) => `the graph takes "${tensor.name}", which is no field`),
    ...(fits ? [] : [`an output of ${output.columns} columns does not fit a ${task.kind} task`]),
  ];
}

function lengthFault(what: string, found: readonly unknown[], length: number): string[] {
  return found.length === length ? [] : [`${what}: ${found.length} values where ${length} belong`];
}

function treesFaults(estimator: TreesEstimator, features: readonly Feature[], width: number): string[] {
  const faults = lengthFault('the baseline', estimator.baseline, width);
  if (new Set(estimator.trees.map((tree) => tree.output === -1)).size > 1) {
    faults.push('some trees have one output and some all');
  }
  estimator.trees.forEach((tree, index) => {
    const fault = treeFault(tree, features, width);
    if (fault !== undefined) faults.push(`tree ${index}: ${fault}`);
  });
  return faults;
}

function treeFault(tree: Tree, features: readonly Feature[], width: number): string | undefined {
  const nodes = tree.feature.length;
  if (nodes === 0) return 'it has no nodes';
  if (tree.output >= width) return `output ${tree.output} where the model has ${width}`;
  const perNode = [tree.threshold, tree.left, tree.right, tree.missingLeft, tree.cover, tree.categories];
  if (perNode.some((array) => array !== undefined && array.length !== nodes))
    return 'its arrays differ in length';
  if (tree.values.length !== nodes * (tree.output === -1 ? width : 1))
    return 'its leaf values do not fit its nodes';
  const parents = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    if (tree.feature[node] === -1) continue;
    const fault = splitFault(tree, node, features);
    if (fault !== undefined) return `node ${node}: ${fault}`;
    parents[tree.left[node]] += 1;
    parents[tree.right[node]] += 1;
  }
  const areSingle = parents.every((count, node) => count === (node === 0 ? 0 : 1));
  return areSingle && countReached(tree) === nodes ? undefined : 'its nodes do not form a tree';
}

/** Nodes below the root and itself; ends because no node has two parents. */
function countReached(tree: Tree): number {
  const reached = [0];
  for (const node of reached) if (tree.feature[node] !== -1) reached.push(tree.left[node], tree.right[node]);
  return reached.length;
}

function splitFault(tree: Tree, node: number, features: readonly Feature[]): string | undefined {
  const feature = features[tree.feature[node]];
  if (feature === undefined) return `there is no feature ${tree.feature[node]}`;
  const children = [tree.left[node], tree.right[node]];
  if (children.some((child) => tree.feature[child] === undefined)) return 'a child is not there';
  if (tree.missingLeft[node] !== 0 && tree.missingLeft[node] !== 1) return 'missingLeft is neither 0 nor 1';
  const codes = tree.categories?.[node] ?? null;
  if (codes === null) return undefined;
  if (feature.op !== 'category-code') return `a categorical split of a ${feature.op} feature`;
  const ascending = codes.every((code, index) => Number.isInteger(code) && code > (codes[index - 1] ?? -1));
  const known = (codes.at(-1) ?? -1) < feature.categories.length;
  return ascending && known ? undefined : 'its codes are not ascending codes of the feature';
}
