import type { InferenceSession } from 'onnxruntime-node';
import { AirworthyError } from '../../kernel/errors.ts';
import { openSession } from '../../models/onnx/open-session.ts';
import type { ExportedFiles, ExportSource } from './exported-files.ts';

const GRAPH = 'model.onnx';
/** Rows that Triton may put together; ours have no limit of their own. */
const MAX_BATCH = 1_024;

/** Triton's names of what ONNX Runtime calls them. */
const TYPES: Readonly<Record<string, string>> = {
  bool: 'BOOL',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'STRING',
};

/**
 * A model repository for Triton Inference Server: its configuration, the ONNX graph under its version's number, and
 * beside it what says where it is from.
 *
 * @throws EXPORT_IMPOSSIBLE for a release that is no ONNX graph
 */
export async function toTriton(source: ExportSource): Promise<ExportedFiles> {
  const { endpoint, release, bundle } = source;
  const graph = bundle.get(GRAPH);
  if (graph === undefined)
    throw new AirworthyError('EXPORT_IMPOSSIBLE', {
      message: `${release.model} version ${release.version} has no ${GRAPH}, which is what Triton would run`,
    });
  const { session } = await openSession(graph);
  const { inputMetadata, outputMetadata } = session;
  await session.release();
  const evidence = [
    'card.md',
    'signature.json',
    'golden.json',
    'manifest.json',
    'provenance.dsse.json',
    'public-key.pem',
  ];
  return new Map<string, Uint8Array | string>([
    [`${endpoint}/config.pbtxt`, modelConfig(source, inputMetadata, outputMetadata)],
    [`${endpoint}/${release.version}/${GRAPH}`, graph],
    ...evidence.flatMap((path): [string, Buffer][] => {
      const bytes = bundle.get(path);
      return bytes === undefined ? [] : [[`${endpoint}/airworthy/${path}`, bytes]];
    }),
  ]);
}

type Metadata = readonly InferenceSession.ValueMetadata[];

/** ModelConfig in protobuf's text format. */
function modelConfig({ endpoint, release }: ExportSource, inputs: Metadata, outputs: Metadata): string {
  const parameters = { model: release.model, bundle: release.bundle };
  return `name: ${JSON.stringify(endpoint)}
platform: "onnxruntime_onnx"
max_batch_size: ${MAX_BATCH}
${inputs.map((tensor) => tensorConfig('input', tensor)).join('\n')}
${outputs.map((tensor) => tensorConfig('output', tensor)).join('\n')}
version_policy { specific { versions: [ ${release.version} ] } }
dynamic_batching { }
${Object.entries(parameters)
  .map(
    ([key, value]) =>
      `parameters { key: "airworthy_${key}" value { string_value: ${JSON.stringify(value)} } }`,
  )
  .join('\n')}
`;
}

function tensorConfig(kind: 'input' | 'output', tensor: Metadata[number]): string {
  if (!tensor.isTensor || TYPES[tensor.type] === undefined)
    throw new AirworthyError('EXPORT_IMPOSSIBLE', {
      message: `the graph's ${kind} "${tensor.name}" is no tensor that Triton has a type for`,
    });
  // The first dimension is the batch, which Triton adds itself; one that has no number is open.
  const dims = tensor.shape.slice(1).map((size) => (typeof size === 'number' && size >= 0 ? size : -1));
  // A vector has no dimension beside the batch, and Triton asks for one.
  const shape = dims.length > 0 ? `dims: [ ${dims.join(', ')} ]` : 'dims: [ 1 ] reshape { shape: [ ] }';
  return `${kind} { name: ${JSON.stringify(tensor.name)} data_type: TYPE_${TYPES[tensor.type]} ${shape} }`;
}
