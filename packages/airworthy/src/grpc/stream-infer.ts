import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Endpoints, PredictOptions } from '../serving/index.ts';
import { generatePieces } from './generate.ts';
import { modelInfer } from './infer.ts';
import type { ModelInferRequest, ModelInferResponse } from './messages.ts';

export interface StreamAnswer {
  error_message?: string;
  infer_response: ModelInferResponse;
}
export type InferStream = ServerDuplexStream<ModelInferRequest, StreamAnswer>;

export interface StreamCall {
  endpoints: Endpoints;
  stream: InferStream;
  /** Of a request that comes now. */
  options(): PredictOptions;
  /** An error as its caller is told it. */
  describe(thrown: unknown): string;
}

/** Requests of one stream that are in work at a time; more wait in the connection. */
const AT_ONCE = 32;

/**
 * `ModelStreamInfer`: requests are begun as they come and answered in their order. One that fails is answered with its
 * error, and the stream goes on. Resolves once all are answered.
 */
export async function streamInfer(call: StreamCall): Promise<void> {
  const answered: Promise<void>[] = [];
  for await (const request of call.stream as AsyncIterable<ModelInferRequest>) {
    answered.push(answerAfter(answered.at(-1), call, request, begin(call, request)));
    if (answered.length > AT_ONCE) await answered.shift();
  }
  await answered.at(-1);
}

/** The answers to one request: many pieces of a text, or one. */
function begin(
  { endpoints, options }: StreamCall,
  request: ModelInferRequest,
): AsyncIterable<ModelInferResponse> {
  try {
    // What is not there fails below, as any other request for it.
    const { generates } = endpoints.describe(request.model_name, request.model_version || undefined);
    if (generates) return generatePieces(endpoints, request, options());
  } catch {}
  const answer = modelInfer(endpoints, request, options());
  // Looked at in its turn: a failure before that is no unhandled one.
  answer.catch(() => undefined);
  return (async function* () {
    yield await answer;
  })();
}

async function answerAfter(
  former: Promise<void> | undefined,
  { stream, describe }: StreamCall,
  { id, model_name, model_version }: ModelInferRequest,
  answers: AsyncIterable<ModelInferResponse>,
): Promise<void> {
  await former;
  try {
    for await (const infer_response of answers) await send(stream, { infer_response });
  } catch (thrown) {
    await send(stream, {
      error_message: describe(thrown),
      infer_response: { id, model_name, model_version },
    });
  }
}

/** Waits where the client reads slower than we write; one that has left takes no more. */
async function send(stream: InferStream, answer: StreamAnswer): Promise<void> {
  if (stream.cancelled || stream.write(answer)) return;
  await new Promise<void>((resolve) => {
    stream.once('drain', resolve);
    stream.once('cancelled', resolve);
  });
}
