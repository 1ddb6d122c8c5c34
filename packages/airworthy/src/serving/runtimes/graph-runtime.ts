import { type KeptWorker, keepWorker } from '../../jobs/local/keep-worker.ts';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { GraphTensor } from '../../models/onnx/graph-tensors.ts';
import { type Signature, type SignatureTensor, signatureOfTensors } from '../../models/signature.ts';
import { createTurns } from './processes/turns.ts';
import { untilDeadline } from './processes/until-deadline.ts';
import type { RunLimits, Runtime, Tensor } from './runtime.ts';

const THREAD = siblingModule(import.meta.url, 'graph-thread');

interface GraphSide {
  inputs: SignatureTensor[];
  outputs: SignatureTensor[];
}

/**
 * Any ONNX graph, tensors in and tensors out, in a thread of its own: loading and running block it, and only it.
 *
 * @param read the graph, each time a thread is started
 * @throws ONNX_RUNTIME_MISSING, MODEL_INVALID; running throws ONNX_RUN_FAILED, RUNTIME_DOWN
 */
export async function openGraphRuntime(read: () => Promise<Uint8Array>): Promise<Runtime> {
  let bytes = 0;
  const worker = await keepWorker<GraphSide>(async () => {
    const graph = await read();
    bytes = graph.length;
    return { module: THREAD, run: 'openGraph', input: graph };
  });
  const { inputs, outputs } = worker.prepared;
  return graphRuntime(worker, signatureOfTensors(inputs, outputs), bytes);
}

function graphRuntime(worker: KeptWorker<GraphSide>, signature: Signature, bytes: number): Runtime {
  const turns = createTurns([worker]);
  async function infer(inputs: readonly Tensor[], limits: RunLimits): Promise<Tensor[]> {
    const turn = await untilDeadline(turns.take(), limits, (late) => void late.then(turns.giveBack));
    const run = worker
      .run<GraphTensor[]>({ module: THREAD, run: 'runGraph', input: inputs.map(toGraph) })
      .finally(() => turns.giveBack(turn));
    return (await untilDeadline(run, limits, (late) => void late.catch(() => {}))).map(fromGraph);
  }
  return {
    kind: 'onnx',
    signature,
    immediate: false,
    memoryBytes: async () => bytes,
    infer,
    predict: () => Promise.reject(takesTensors()),
    close: () => worker.stop(),
  };
}

function toGraph({ data, ...tensor }: Tensor): GraphTensor {
  return { ...tensor, data: Array.isArray(data) ? data.map(String) : data };
}

function fromGraph({ data, ...tensor }: GraphTensor): Tensor {
  return { ...tensor, data: Array.isArray(data) ? data.map((text) => Buffer.from(text)) : data };
}

function takesTensors(): AirworthyError {
  return new AirworthyError('CALL_UNSUITABLE', {
    message: 'this release takes tensors, not records',
  });
}
