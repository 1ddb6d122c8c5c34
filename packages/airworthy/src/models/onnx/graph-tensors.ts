import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Datatype, SignatureTensor, TensorNumbers } from '../signature.ts';
import { type OnnxSession, runSession } from './open-session.ts';

/** A tensor of any graph: elements flat and row-major, texts as strings, 16-bit floats as their bits. */
export interface GraphTensor {
  name: string;
  datatype: Datatype;
  shape: number[];
  data: GraphData;
}

export type GraphData = string[] | TensorNumbers;

type OnnxType = Tensor.Type;

const DATATYPES_OF: Partial<Record<OnnxType, Datatype>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};

const TYPES_OF = new Map(
  Object.entries(DATATYPES_OF).map(([type, datatype]) => [datatype, type as OnnxType]),
);

/**
 * The tensors that a graph takes and gives, as a signature has them.
 *
 * @throws MODEL_INVALID for a sequence, a map, or elements that the protocol has no word for
 */
export function describeTensors({ session }: OnnxSession): {
  inputs: SignatureTensor[];
  outputs: SignatureTensor[];
} {
  return {
    inputs: session.inputMetadata.map((given) => describeTensor('input', given)),
    outputs: session.outputMetadata.map((given) => describeTensor('output', given)),
  };
}

function describeTensor(side: string, given: InferenceSession.ValueMetadata): SignatureTensor {
  const datatype = given.isTensor ? DATATYPES_OF[given.type] : undefined;
  if (!given.isTensor || datatype === undefined)
    throw new AirworthyError('MODEL_INVALID', {
      message: `${side} "${given.name}" of the graph is ${given.isTensor ? `a tensor of ${given.type}` : 'no tensor'}, which no protocol here speaks`,
      remedy: 'Export the graph with plain tensors (scikit-learn: zipmap False).',
    });
  const shape = given.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : -1));
  return { name: given.name, datatype, shape };
}

/** Runs a graph on tensors; gives its outputs in their order. @throws ONNX_RUN_FAILED with the runtime's own words. */
export async function runTensors(
  opened: OnnxSession,
  inputs: readonly GraphTensor[],
): Promise<GraphTensor[]> {
  const feeds = inputs.map((input) => [input.name, toOnnx(opened, input)] as const);
  const results = await runSession(opened, Object.fromEntries(feeds));
  return opened.session.outputNames.map((name) => fromOnnx(name, results[name] as Tensor));
}

function toOnnx({ runtime }: OnnxSession, { datatype, data, shape }: GraphTensor): Tensor {
  const type = TYPES_OF.get(datatype);
  if (type === undefined)
    throw new AirworthyError('ONNX_RUN_FAILED', { message: `the ONNX runtime takes no ${datatype} here` });
  return new runtime.Tensor(type, data as Float32Array, shape) as Tensor;
}

function fromOnnx(name: string, { type, data, dims }: Tensor): GraphTensor {
  const datatype = DATATYPES_OF[type];
  if (datatype === undefined)
    throw new AirworthyError('ONNX_RUN_FAILED', { message: `output "${name}" is of type ${type}` });
  const shape = [...dims];
  if (datatype !== 'FP16') return { name, datatype, shape, data: data as GraphData };
  const { buffer, byteOffset, length } = data as Uint16Array;
  return { name, datatype, shape, data: new Uint16Array(buffer, byteOffset, length) };
}
