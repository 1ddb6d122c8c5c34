import type { Link, Model } from '../model.ts';
import { type NativeModel, requireNative } from '../native-model.ts';
import { planFeatures } from '../plan-features.ts';
import { outputNames } from '../signature.ts';
import type { Task } from '../table.ts';
import { DEFAULT_THRESHOLD } from '../to-prediction.ts';
import { encodeConstant, encodeInputs, encodeSlots } from './encode-features.ts';
import { encodeLinear } from './encode-linear.ts';
import { encodeTrees } from './encode-trees.ts';
import { GraphBuilder, type Tensor } from './graph-builder.ts';
import { ELEMENT } from './onnx-messages.ts';

/**
 * The model as an ONNX graph from the raw record to the prediction, all arithmetic in double (operator sets
 * ai.onnx 21 and ai.onnx.ml 5). Any number of rows, none included.
 *
 * Inputs: one tensor [N, 1] a field, of the field's name: double for numbers, booleans (0, 1) and timestamps
 * (milliseconds since the epoch, UTC), where NaN is missing; string for categories, where the empty string is.
 * Outputs: binary `probability` [N, 1] and `label` [N, 1]; multiclass `probabilities` [N, K] and `label`; regression
 * `value` [N, 1]; renamed as `outputNames` tells where a field has that name. The label follows the model's threshold.
 *
 * @example
 * const session = await InferenceSession.create(encodeOnnx(model));
 */
export function encodeOnnx(given: Model): Uint8Array {
  const model = requireNative(given);
  const graph = new GraphBuilder();
  encodeInputs(graph, model.fields);
  const predictions = encodeLink(graph, model, encodeEstimator(graph, model));
  const names = outputNames(model);
  const { task } = model;
  if (task.kind === 'regression') {
    graph.output(names.value, ELEMENT.double, 1, predictions);
  } else {
    const width = task.kind === 'binary' ? 1 : task.classes.length;
    const name = task.kind === 'binary' ? names.probability : names.probabilities;
    graph.output(name, ELEMENT.double, width, predictions);
    graph.output(names.label, ELEMENT.string, 1, encodeLabel(graph, task, predictions, model.threshold));
  }
  return graph.toBytes(task.target);
}

function encodeEstimator(graph: GraphBuilder, model: NativeModel): Tensor {
  const { estimator } = model;
  if (estimator.kind === 'constant') return encodeConstant(graph, model.fields[0], estimator.output);
  const plan = planFeatures(model);
  const slots = encodeSlots(graph, plan);
  return estimator.kind === 'linear'
    ? encodeLinear(graph, plan, slots, estimator)
    : encodeTrees(graph, plan, slots, estimator);
}

/** The graph's version of `applyLink`. */
function encodeLink(graph: GraphBuilder, { estimator, task }: NativeModel, margins: Tensor): Tensor {
  const link: Link = estimator.kind === 'constant' ? 'identity' : estimator.link;
  if (link === 'logistic') return graph.op('Sigmoid', [margins]);
  if (link === 'softmax') return graph.op('Softmax', [margins], { axis: 1 });
  if (task.kind === 'regression') return margins;
  return graph.op('Clip', [margins, graph.doubles([0], []), graph.doubles([1], [])]);
}

function encodeLabel(
  graph: GraphBuilder,
  task: Exclude<Task, { kind: 'regression' }>,
  predictions: Tensor,
  threshold = DEFAULT_THRESHOLD,
): Tensor {
  if (task.kind === 'multiclass') {
    const best = graph.op('ArgMax', [predictions], { axis: 1, keepdims: 1 });
    return graph.op('Gather', [graph.strings(task.classes, [task.classes.length]), best]);
  }
  const [negative, positive] = task.classes.map((name) => graph.strings([name], []));
  const isPositive = graph.op('GreaterOrEqual', [predictions, graph.doubles([threshold], [])]);
  return graph.op('Where', [isPositive, positive, negative]);
}
