import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AirworthyError } from '../../kernel/errors.ts';
import type { OnnxElement, OnnxEstimator, OnnxInputs } from '../model.ts';
import { type Field, outputWidth, type Table, type Task } from '../table.ts';
import { feedRows } from './feed-rows.ts';
import { openSession, runSession } from './open-session.ts';

type Metadata = InferenceSession.ValueMetadata;
type TensorMetadata = InferenceSession.TensorValueMetadata;

/** What exporters call the output that holds probabilities or values; a graph with one such tensor may name it as it likes. */
const OUTPUT_NAMES: Record<Task['kind'], readonly string[]> = {
  binary: ['probability', 'probabilities', 'output_probability'],
  multiclass: ['probabilities', 'output_probability'],
  regression: ['value', 'variable'],
};

const ELEMENTS: Record<Field['kind'], readonly OnnxElement[]> = {
  number: ['float32', 'float64'],
  integer: ['float32', 'float64', 'int64'],
  boolean: ['float32', 'float64', 'int64'],
  timestamp: ['float32', 'float64', 'int64'],
  category: ['string'],
};

/**
 * Finds out how rows reach another program's graph and where its predictions come out, and tries it on some rows.
 *
 * @throws MODEL_INVALID naming the tensor and what it should be; ONNX_RUN_FAILED; ONNX_RUNTIME_MISSING.
 */
export async function describeGraph(
  bytes: Uint8Array,
  fields: readonly Field[],
  task: Task,
  sample: Table,
): Promise<Pick<OnnxEstimator, 'inputs' | 'output'>> {
  const opened = await openSession(bytes);
  try {
    const { inputMetadata, outputMetadata } = opened.session;
    const inputs = chooseInputs(inputMetadata, fields);
    const { name } = chooseOutput(outputMetadata, task);
    const results = await runSession(opened, feedRows(opened, { fields, inputs }, sample, 0, sample.rows));
    return {
      inputs,
      output: { name, columns: countColumns(results[name] as Tensor, name, task, sample.rows) },
    };
  } finally {
    await opened.session.release();
  }
}

function chooseInputs(given: readonly Metadata[], fields: readonly Field[]): OnnxInputs {
  const tensors = given.map(requireTensor);
  for (const tensor of tensors) refuseFixedRows(tensor);
  const [only] = tensors;
  if (!only) throw invalid('the graph takes no input');
  const isColumn = fields.some((field) => field.name === only.name) && fitsWidth(only, 1);
  if (tensors.length === 1 && !isColumn) return toMatrix(only, fields);
  return { form: 'columns', tensors: tensors.map((tensor) => toColumn(tensor, fields)) };
}

function requireTensor(given: Metadata): TensorMetadata {
  if (given.isTensor) return given;
  throw invalid(`input "${given.name}" is no tensor`);
}

function refuseFixedRows({ name, shape }: TensorMetadata): void {
  if (typeof shape[0] === 'number' && shape[0] >= 0)
    throw invalid(
      `input "${name}" takes exactly ${shape[0]} rows`,
      'Export the graph with a dynamic first dimension, so that it takes any number of rows.',
    );
}

/** May the tensor be [N, width]? A dimension without a number, and a shape without dimensions, are open. */
function fitsWidth({ shape }: Pick<TensorMetadata, 'shape'>, width: number): boolean {
  if (shape.length === 0) return true;
  const second = shape[1];
  return shape.length === 2 && (typeof second !== 'number' || second < 0 || second === width);
}

function toMatrix({ name, type, shape }: TensorMetadata, fields: readonly Field[]): OnnxInputs {
  const names = fields.map((field) => field.name);
  const text = fields.find((field) => field.kind === 'category');
  const asColumns = `Give it a tensor [N, 1] a field, named as the field: ${names.join(', ')}.`;
  if (text) {
    const problem = `input "${name}" is no field, and one tensor of all fields cannot hold the texts of "${text.name}"`;
    throw invalid(problem, asColumns);
  }
  if (type !== 'float32' && type !== 'float64')
    throw invalid(`input "${name}" is of type ${type}`, 'A tensor of all fields is of type float or double.');
  if (!fitsWidth({ shape }, names.length))
    throw invalid(
      `input "${name}" has shape ${showShape(shape)}, not [N, ${names.length}]`,
      `One tensor holds all fields in this order: ${names.join(', ')}.`,
    );
  return { form: 'matrix', name, type };
}

function toColumn({ name, type, shape }: TensorMetadata, fields: readonly Field[]) {
  const field = fields.find((candidate) => candidate.name === name);
  if (!field) {
    const names = fields.map((candidate) => candidate.name).join(', ');
    throw invalid(
      `input "${name}" is no field of the record (${names})`,
      'Name each input as the field it takes.',
    );
  }
  if (!fitsWidth({ shape }, 1)) throw invalid(`input "${name}" has shape ${showShape(shape)}, not [N, 1]`);
  const element = ELEMENTS[field.kind].find((candidate) => candidate === type);
  if (element === undefined)
    throw invalid(
      `input "${name}" is of type ${type}, and the field is of kind ${field.kind}`,
      `Declare it as ${ELEMENTS[field.kind].join(', ')}.`,
    );
  if (element === 'int64' && field.nullable)
    throw invalid(
      `input "${name}" is of type int64, which cannot hold the missing values the field has`,
      'Declare it as float or double; missing is NaN.',
    );
  return { name, type: element };
}

function chooseOutput(given: readonly Metadata[], task: Task): TensorMetadata {
  const numeric = given
    .filter((output) => output.isTensor)
    .filter((output) => output.type === 'float32' || output.type === 'float64');
  const named = OUTPUT_NAMES[task.kind].map((name) => numeric.find((output) => output.name === name));
  const chosen =
    named.find((output) => output !== undefined) ?? (numeric.length === 1 ? numeric[0] : undefined);
  if (chosen) return chosen;
  const wanted = `one float or double tensor, best named "${OUTPUT_NAMES[task.kind][0]}"`;
  const sequence = given.find((output) => !output.isTensor);
  if (sequence)
    throw invalid(
      `output "${sequence.name}" is a sequence of maps (ZipMap), not a tensor`,
      `Export with options={'zipmap': False}, so that the graph ends in ${wanted}.`,
    );
  const names = given.map((output) => `"${output.name}"`).join(', ');
  throw invalid(
    `none of the outputs ${names} is known to hold the predictions`,
    `End the graph in ${wanted}.`,
  );
}

function countColumns({ dims }: Tensor, name: string, task: Task, rows: number): number {
  const columns = dims.length === 1 ? 1 : dims[1];
  const fits = columns === outputWidth(task) || (task.kind === 'binary' && columns === 2);
  if (dims.length <= 2 && dims[0] === rows && fits) return columns;
  throw invalid(
    `output "${name}" has shape [${dims.join(', ')}] for ${rows} rows, not ${expectedShapes(task)}`,
  );
}

function expectedShapes(task: Task): string {
  if (task.kind === 'regression') return '[N, 1] or [N]';
  if (task.kind === 'binary') return '[N, 1], [N] (the probability of the positive class) or [N, 2]';
  return `[N, ${task.classes.length}], a probability a class in the order ${task.classes.join(', ')}`;
}

function showShape(shape: readonly (number | string)[]): string {
  return `[${shape.map((dimension, index) => (typeof dimension === 'number' ? dimension : dimension || (index === 0 ? 'N' : '?'))).join(', ')}]`;
}

function invalid(message: string, remedy = 'Change what the program exports.'): AirworthyError {
  return new AirworthyError('MODEL_INVALID', { message, remedy });
}
