import type { FeaturePlan, PlannedFeature, Slot } from '../plan-features.ts';
import type { Field } from '../table.ts';
import { encodeDatePart, encodeTime } from './encode-dates.ts';
import type { GraphBuilder, Tensor } from './graph-builder.ts';
import { ELEMENT } from './onnx-messages.ts';

/** Per slot of a plan: the numbers or milliseconds [N, 1] in double, or the categories' indexes [N] in int64. */
export type SlotTensors = readonly Tensor[];

/** One input a field, of whichever use: text for categories, else double. */
export function encodeInputs(graph: GraphBuilder, fields: readonly Field[]): void {
  for (const field of fields) {
    graph.input(field.name, field.kind === 'category' ? ELEMENT.string : ELEMENT.double);
  }
}

export function encodeSlots(graph: GraphBuilder, plan: FeaturePlan): SlotTensors {
  return plan.slots.map((slot) => encodeSlot(graph, slot));
}

function encodeSlot(graph: GraphBuilder, { field, dictionary }: Slot): Tensor {
  if (dictionary === null) return field.name;
  const indexes = graph.mlOp('LabelEncoder', [field.name], {
    keys_strings: [...dictionary.categories, ''],
    values_int64s: [...dictionary.categories.keys(), dictionary.missing],
    default_int64: dictionary.unseen,
  });
  return graph.op('Squeeze', [indexes, graph.integers([1], [1])]);
}

/** A feature as a double [N, 1]: the graph's version of `writeFeature`. */
export function encodeFeature(graph: GraphBuilder, slots: SlotTensors, feature: PlannedFeature): Tensor {
  const raw = slots[feature.slot];
  switch (feature.kind) {
    case 'lookup':
      return graph.op('Gather', [graph.doubles(feature.values, [feature.values.length, 1]), raw]);
    case 'number':
      return encodeStandardised(graph, feature, raw);
    case 'date-part':
      return encodeStandardised(graph, feature, encodeDatePart(graph, feature.part, raw));
    case 'date-part-is': {
      const part = encodeDatePart(graph, feature.part, raw);
      return toDouble(graph, graph.op('Equal', [part, graph.doubles([feature.value], [])]));
    }
    case 'is-missing':
      return toDouble(graph, graph.op('IsNaN', [feature.isTime ? encodeTime(graph, raw) : raw]));
  }
}

function encodeStandardised(
  graph: GraphBuilder,
  { impute, mean, scale }: { impute: number; mean: number; scale: number },
  value: Tensor,
): Tensor {
  const scalar = (number: number) => graph.doubles([number], []);
  const filled = Number.isNaN(impute)
    ? value
    : graph.op('Where', [graph.op('IsNaN', [value]), scalar(impute), value]);
  const centred = mean === 0 ? filled : graph.op('Sub', [filled, scalar(mean)]);
  return scale === 1 ? centred : graph.op('Div', [centred, scalar(scale)]);
}

function toDouble(graph: GraphBuilder, condition: Tensor): Tensor {
  return graph.op('Cast', [condition], { to: ELEMENT.double });
}

/** The same row [N, values] for every record; N is taken from any input. */
export function encodeConstant(graph: GraphBuilder, anyField: Field, values: readonly number[]): Tensor {
  const rows = graph.op('Shape', [anyField.name], { start: 0, end: 1 });
  const shape = graph.op('Concat', [rows, graph.integers([1], [1])], { axis: 0 });
  return graph.op('Expand', [graph.doubles(values, [1, values.length]), shape]);
}
