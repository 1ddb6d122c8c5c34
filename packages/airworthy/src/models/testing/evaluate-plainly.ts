import type { Feature, Model, Tree } from '../model.ts';
import { requireNative } from '../native-model.ts';
import { outputWidth, type Table } from '../table.ts';
import { datePart } from '../timestamps.ts';

/** Scores one row as model.ts defines it, feature by feature and node by node: slow, obvious, shares no code with the evaluator. */
export function evaluatePlainly(model: Model, table: Table, row: number): number[] {
  const { estimator, task } = requireNative(model);
  const width = outputWidth(task);
  if (estimator.kind === 'constant') return estimator.output;
  const x = model.features.map((feature) => featureOf(feature, table, row));
  const margins = Array.from({ length: width }, (_, k) => {
    if (estimator.kind === 'linear') {
      return estimator.coefficients[k].reduce(
        (sum, weight, j) => sum + weight * x[j],
        estimator.intercepts[k],
      );
    }
    return estimator.trees.reduce((sum, tree) => sum + treeValue(tree, x, k, width), estimator.baseline[k]);
  });
  if (estimator.link === 'logistic') return margins.map((margin) => 1 / (1 + Math.exp(-margin)));
  if (estimator.link === 'identity') {
    return task.kind === 'regression' ? margins : margins.map((share) => Math.min(1, Math.max(0, share)));
  }
  const powers = margins.map((margin) => Math.exp(margin - Math.max(...margins)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function featureOf(feature: Feature, table: Table, row: number): number {
  const column = table.columns[feature.field];
  const text = column.kind === 'category' ? (column.categories[column.codes[row]] ?? '') : '';
  const value = column.kind === 'category' ? Number.NaN : column.values[row];
  const time = column.kind === 'timestamp' && Math.abs(value) > 8.64e15 ? Number.NaN : value;
  const scaled = (
    raw: number,
    { impute = Number.NaN, mean, scale }: { impute?: number; mean: number; scale: number },
  ) => ((Number.isNaN(raw) ? impute : raw) - mean) / scale;
  switch (feature.op) {
    case 'number':
      return scaled(value, feature);
    case 'is-missing':
      return (column.kind === 'category' ? text === '' : Number.isNaN(time)) ? 1 : 0;
    case 'date-part':
      return scaled(datePart(feature.part, time), feature);
    case 'date-part-is':
      return datePart(feature.part, time) === feature.value ? 1 : 0;
    case 'one-hot':
      return text === feature.category ? 1 : 0;
    case 'category-code': {
      const code = feature.categories.indexOf(text);
      return code < 0 ? Number.NaN : code;
    }
    case 'target-statistic':
      return scaled(feature.values[feature.categories.indexOf(text)] ?? feature.otherwise, feature);
  }
}

function treeValue(tree: Tree, x: readonly number[], output: number, width: number): number {
  if (tree.output !== -1 && tree.output !== output) return 0;
  let node = 0;
  while (tree.feature[node] !== -1) {
    const value = x[tree.feature[node]];
    const codes = tree.categories?.[node];
    const goesLeft = Number.isNaN(value)
      ? tree.missingLeft[node] === 1
      : codes
        ? codes.includes(value)
        : value <= tree.threshold[node];
    node = goesLeft ? tree.left[node] : tree.right[node];
  }
  return tree.output === -1 ? tree.values[node * width + output] : tree.values[node];
}
