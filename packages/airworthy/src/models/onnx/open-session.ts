import type { InferenceSession } from 'onnxruntime-node';
import { AirworthyError } from '../../kernel/errors.ts';

export type OnnxRuntime = typeof import('onnxruntime-node');

/** A loaded graph. Loading and running block the thread: use one in a worker. */
export interface OnnxSession {
  runtime: OnnxRuntime;
  session: InferenceSession;
}

/** @throws ONNX_RUNTIME_MISSING where onnxruntime-node does not load, MODEL_INVALID where the bytes are no graph it can run. */
export async function openSession(bytes: Uint8Array): Promise<OnnxSession> {
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Warnings about a graph are for its author, not for the person who packs.
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw new AirworthyError('MODEL_INVALID', {
      message: `the ONNX runtime cannot load the graph: ${sayType(firstLine(cause))}`,
      cause,
    });
  });
  return { runtime, session };
}

async function loadRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new AirworthyError('ONNX_RUNTIME_MISSING', {
      message: `onnxruntime-node does not load: ${firstLine(cause)}`,
      cause,
    });
  }
}

/** Runs a graph. @throws ONNX_RUN_FAILED with the runtime's own words. */
export async function runSession(
  { session }: OnnxSession,
  feeds: InferenceSession.FeedsType,
): Promise<InferenceSession.ReturnType> {
  try {
    return await session.run(feeds);
  } catch (cause) {
    throw new AirworthyError('ONNX_RUN_FAILED', {
      message: `the model's graph failed: ${firstLine(cause)}`,
      cause,
    });
  }
}

/** The runtime names by number what it has no arrays for. */
function sayType(problem: string): string {
  return problem.replace(/(data type: )16$/, '$1bfloat16; export the graph with float32 or float16 tensors');
}

function firstLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0];
}
