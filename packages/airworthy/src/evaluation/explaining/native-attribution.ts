import { bindTable, nameOf, writeFeature } from '../../models/evaluate-features.ts';
import { foldLinear, linearMargins } from '../../models/evaluate-linear.ts';
import { flattenTrees, treeMargins } from '../../models/evaluate-trees.ts';
import { applyLink } from '../../models/link.ts';
import { type NativeModel, requireNative } from '../../models/native-model.ts';
import { planFeatures } from '../../models/plan-features.ts';
import { outputWidth, type Table } from '../../models/table.ts';
import { explainLinear } from '../../stats/explain/linear-shap.ts';
import { requireAdditive } from '../../stats/explain/require-additive.ts';
import type { Attribution, FeatureRows } from '../../stats/explain/tree-ensemble.ts';
import { explainTrees, explainTreesByCover } from '../../stats/explain/tree-shap.ts';
import type { ExplainRequest } from './explain-request.ts';
import type { ExplanationUnits, ShapAlgorithm } from './schema.ts';

/** Shapley values that follow from the model's own structure, for one output. */
export interface NativeAttribution {
  units: ExplanationUnits;
  base: number;
  /** By row the value of each field, and of each derived column of each field. */
  rows: { output: number; probability: number | null; values: number[]; derived: number[][] }[];
  features: { name: string; derived: string[] }[];
  residual: number;
  tolerance: number;
}

/**
 * Exact Shapley values of a linear model or of trees, from its structure alone, without a prediction. Values of the columns
 * that the model derives from a field add up to the field's. They are checked against the margins that the model's own
 * evaluator gives.
 *
 * @throws EXPLANATION_NOT_ADDITIVE, EXPLANATION_NOT_POSSIBLE.
 */
export function attributeNatively(request: ExplainRequest, algorithm: ShapAlgorithm): NativeAttribution {
  const model = requireNative(request.model);
  const { output, rows } = request;
  const width = outputWidth(model.task);
  const { base, values } = attribute(model, request, algorithm);
  const columns = model.features.length;
  const own = new Float64Array(rows.rows * columns);
  for (let row = 0; row < rows.rows; row++) {
    const from = (row * width + output) * columns;
    own.set(values.subarray(from, from + columns), row * columns);
  }
  const margins = marginsOf(model, rows);
  const outputs = Float64Array.from({ length: rows.rows }, (_, row) => margins[row * width + output]);
  const checked = requireAdditive({ base: base[output], values: own, features: columns, outputs });
  const units = unitsOf(model);
  const probabilities = units === 'margin' ? linked(model, margins, width, output) : null;
  const places = placesOfFields(model);
  return {
    units,
    base: base[output],
    features: places.map(({ name, at }) => ({
      name,
      derived: at.map((place) => nameOf(model.features[place])),
    })),
    rows: Array.from(outputs, (margin, row) => {
      const derived = places.map(({ at }) => at.map((place) => own[row * columns + place]));
      const sums = derived.map((each) => each.reduce((sum, value) => sum + value, 0));
      return { output: margin, probability: probabilities?.[row] ?? null, values: sums, derived };
    }),
    ...checked,
  };
}

function attribute(
  model: NativeModel,
  { rows, background }: ExplainRequest,
  algorithm: ShapAlgorithm,
): Attribution {
  const { estimator } = model;
  const own = featureRows(model, rows);
  if (estimator.kind === 'linear') return explainLinear(estimator, own, featureRows(model, background));
  if (estimator.kind === 'constant') {
    const base = Float64Array.from(estimator.output);
    return { base, values: new Float64Array(own.rows * base.length * own.columns) };
  }
  if (algorithm === 'tree-path-dependent') return explainTreesByCover(estimator, own);
  return explainTrees(estimator, own, featureRows(model, background));
}

/** The estimator's input, row-major. */
function featureRows(model: NativeModel, table: Table): FeatureRows {
  const plan = planFeatures(model);
  const raw = bindTable(plan, table);
  const columns = plan.features.length;
  const values = new Float64Array(table.rows * columns);
  for (const [index, feature] of plan.features.entries())
    writeFeature(feature, raw[feature.slot], 0, table.rows, values, index, columns);
  return { rows: table.rows, columns, values };
}

/** Margins as scoring computes them, rows x outputs. */
function marginsOf(model: NativeModel, table: Table): Float64Array {
  const { estimator } = model;
  const width = outputWidth(model.task);
  const margins = new Float64Array(table.rows * width);
  if (estimator.kind === 'constant') {
    for (let row = 0; row < table.rows; row++) margins.set(estimator.output, row * width);
  } else if (estimator.kind === 'linear') {
    const plan = planFeatures(model);
    const terms = foldLinear(plan, estimator);
    linearMargins(terms, bindTable(plan, table), 0, table.rows, new Float64Array(table.rows), margins);
  } else {
    const { values, columns, rows } = featureRows(model, table);
    treeMargins(flattenTrees(estimator), values, columns, rows, margins);
  }
  return margins;
}

function unitsOf({ estimator, task }: NativeModel): ExplanationUnits {
  const linked = estimator.kind !== 'constant' && estimator.link !== 'identity';
  if (linked) return 'margin';
  return task.kind === 'regression' ? 'value' : 'probability';
}

function linked(
  { estimator }: NativeModel,
  margins: Float64Array,
  width: number,
  output: number,
): Float64Array {
  const scores = margins.slice();
  if (estimator.kind !== 'constant') applyLink(estimator.link, true, scores, width);
  return Float64Array.from({ length: scores.length / width }, (_, row) => scores[row * width + output]);
}

/** Where each field's derived columns stand among the features. */
function placesOfFields({ fields, features }: NativeModel): { name: string; at: number[] }[] {
  return fields.map(({ name }) => ({
    name,
    at: features.flatMap((feature, place) => (feature.field === name ? [place] : [])),
  }));
}
