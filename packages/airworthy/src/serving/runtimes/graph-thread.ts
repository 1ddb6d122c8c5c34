/** The jobs of a thread that holds the session of one ONNX graph: `openGraph` once, then `runGraph` as often as wanted. */
import { describeTensors, type GraphTensor, runTensors } from '../../models/onnx/graph-tensors.ts';
import { type OnnxSession, openSession } from '../../models/onnx/open-session.ts';
import type { SignatureTensor } from '../../models/signature.ts';

// The native part of the ONNX runtime cannot read a Float16Array, which its JavaScript part makes where the engine has
// one; of this thread nobody else needs it.
Reflect.deleteProperty(globalThis, 'Float16Array');

let opened: OnnxSession | undefined;

export async function openGraph(
  bytes: Uint8Array,
): Promise<{ inputs: SignatureTensor[]; outputs: SignatureTensor[] }> {
  opened = await openSession(bytes);
  return describeTensors(opened);
}

export async function runGraph(inputs: readonly GraphTensor[]): Promise<GraphTensor[]> {
  if (!opened) throw new Error('runGraph before openGraph');
  return runTensors(opened, inputs);
}
