import type { SignatureTensor } from '../../models/signature.ts';
import type { Task } from '../../models/table.ts';
import { type Output, toPredictions } from '../../models/to-prediction.ts';
import type { PredictTableResult } from '../endpoints/endpoints.ts';
import type { Tensor } from '../runtimes/runtime.ts';
import { ARRAYS } from './element-types.ts';
import { tensorProblem } from './tensor-problem.ts';

/**
 * The outputs a request asks for, in its order; all where it asks for none in particular.
 *
 * @throws TENSOR_INVALID for one that the model does not give, or one asked for twice
 */
export function requireOutputs(
  outputs: readonly SignatureTensor[],
  asked: readonly { name: string }[] | undefined,
): readonly SignatureTensor[] {
  if (asked === undefined || asked.length === 0) return outputs;
  return asked.map(({ name }, index) => {
    if (asked.findIndex((each) => each.name === name) !== index)
      throw tensorProblem(`output "${name.slice(0, 100)}" is asked for twice`);
    const output = outputs.find((each) => each.name === name);
    if (output !== undefined) return output;
    const names = outputs.map((each) => `"${each.name}"`).join(' and ');
    throw tensorProblem(`the model has no output "${name.slice(0, 100)}"; it has ${names}`);
  });
}

/** What was scored as tensors of a task: the label as text, the scores as they are. */
export function scoresToTensors(
  task: Task,
  outputs: readonly SignatureTensor[],
  { scores, width, threshold }: Pick<PredictTableResult, 'scores' | 'width' | 'threshold'>,
): Tensor[] {
  const rows = scores.length / width;
  return outputs.map(({ name, datatype }) =>
    datatype === 'BYTES'
      ? { name, datatype, shape: [rows, 1], data: labelsOf(task, threshold, scores) }
      : { name, datatype, shape: [rows, width], data: scores },
  );
}

function labelsOf(task: Task, threshold: number, scores: Float64Array): Buffer[] {
  if (task.kind === 'regression') return [];
  const classes = new Map(task.classes.map((name) => [name, Buffer.from(name)]));
  return toPredictions({ task, threshold }, scores).map((prediction) =>
    'label' in prediction ? classes.get(String(prediction.label))! : Buffer.alloc(0),
  );
}

/** What a release without a task gave for each record: a text as it is, anything else as JSON text. */
export function answersToTensors(outputs: readonly SignatureTensor[], answers: readonly Output[]): Tensor[] {
  const data = answers.map((answer) => {
    const value: unknown = 'output' in answer ? answer.output : answer;
    return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  });
  return outputs.map(({ name }) => ({ name, datatype: 'BYTES', shape: [answers.length, 1], data }));
}

/** The answer to no rows: every output without elements, of the rank it always has. */
export function emptyTensors(outputs: readonly SignatureTensor[]): Tensor[] {
  return outputs.map(({ name, datatype, shape }) => ({
    name,
    datatype,
    shape: shape.map((size, at) => (at === 0 ? 0 : Math.max(0, size))),
    data: datatype === 'BYTES' ? [] : new ARRAYS[datatype](0),
  }));
}
