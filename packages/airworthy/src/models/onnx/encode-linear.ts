import { foldLinear, type LookupTerm, type WeightedTerm } from '../evaluate-linear.ts';
import type { LinearEstimator } from '../model.ts';
import type { FeaturePlan } from '../plan-features.ts';
import { encodeDatePart } from './encode-dates.ts';
import { encodeFeature, type SlotTensors } from './encode-features.ts';
import type { GraphBuilder, Tensor } from './graph-builder.ts';
import { ELEMENT } from './onnx-messages.ts';

/** The margins [N, outputs] of a linear model: one product for the numbers, one look-up for each category and date part. */
export function encodeLinear(
  graph: GraphBuilder,
  plan: FeaturePlan,
  slots: SlotTensors,
  estimator: LinearEstimator,
): Tensor {
  const { outputs, intercepts, weighted, lookups } = foldLinear(plan, estimator);
  const terms = lookups.map((term) => encodeLookup(graph, slots, term, outputs));
  if (weighted.length > 0) terms.unshift(encodeProduct(graph, slots, weighted, outputs));
  return terms.reduce((sum, term) => graph.op('Add', [sum, term]), graph.doubles(intercepts, [1, outputs]));
}

function encodeProduct(
  graph: GraphBuilder,
  slots: SlotTensors,
  terms: readonly WeightedTerm[],
  outputs: number,
): Tensor {
  const columns = terms.map((term) => encodeFeature(graph, slots, term.feature));
  const weights = terms.flatMap((term) => [...term.weights]);
  const matrix = graph.op('Concat', columns, { axis: 1 });
  return graph.op('MatMul', [matrix, graph.doubles(weights, [terms.length, outputs])]);
}

function encodeLookup(graph: GraphBuilder, slots: SlotTensors, term: LookupTerm, outputs: number): Tensor {
  return graph.op('Gather', [
    graph.doubles(term.table, [term.size, outputs]),
    encodeIndex(graph, slots, term),
  ]);
}

function encodeIndex(graph: GraphBuilder, slots: SlotTensors, term: LookupTerm): Tensor {
  if (term.part === null) return slots[term.slot];
  const part = encodeDatePart(graph, term.part, slots[term.slot]);
  const fromZero = graph.op('Sub', [part, graph.doubles([term.first], [])]);
  const isMissing = graph.op('IsNaN', [part]);
  const index = graph.op('Where', [isMissing, graph.doubles([term.size - 1], []), fromZero]);
  const whole = graph.op('Cast', [index], { to: ELEMENT.int64 });
  return graph.op('Squeeze', [whole, graph.integers([1], [1])]);
}
