import type { Duplex } from 'node:stream';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { type AnyCall, optionsOf, timeLeft } from './call-options.ts';
import { checkToken } from './check-token.ts';
import type { GrpcDependencies } from './grpc-dependencies.ts';
import { toServiceError } from './grpc-error.ts';
import { checkHealth, watchHealth } from './health.ts';
import { modelInfer } from './infer.ts';
import { loadProtocol } from './load-protocol.ts';
import type { ModelInferRequest } from './messages.ts';
import { MODEL_CALLS } from './model-calls.ts';
import { type StreamAnswer, streamInfer } from './stream-infer.ts';

export interface GrpcServer {
  /** Serves a connection that was accepted, and decrypted, elsewhere. */
  serve(connection: Duplex): void;
  /** Lets calls in flight end, those that last longer than so many milliseconds are cut off. */
  close(graceMs: number): Promise<void>;
}

type UnaryAnswer<Request> = (
  dependencies: GrpcDependencies,
  request: Request,
  call: AnyCall,
) => object | Promise<object>;

/** The Open Inference Protocol, health and reflection over gRPC. */
export function createGrpcServer(dependencies: GrpcDependencies): GrpcServer {
  const { definition, inference, health } = loadProtocol();
  const server = new Server({
    'grpc.max_receive_message_length': dependencies.config.limits.bodyBytes,
    'grpc.max_send_message_length': -1,
  });
  server.addService(inference.service, inferenceCalls(dependencies));
  server.addService(health.service, {
    Check: unary(dependencies, checkHealth, { open: true }),
    Watch: (stream: ServerWritableStream<{ service: string }, never>) => watchHealth(dependencies, stream),
  });
  new ReflectionService(definition).addToServer(server);
  // Connections come decrypted.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    serve: (connection) => injector.injectConnection(connection),
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.forceShutdown(), graceMs);
        server.tryShutdown(() => {
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}

function inferenceCalls(dependencies: GrpcDependencies): UntypedServiceImplementation {
  const { open, guarded } = MODEL_CALLS;
  const calls = (answers: Readonly<Record<string, UnaryAnswer<never>>>, options: { open: boolean }) =>
    Object.entries(answers).map(([name, answer]) => [name, unary(dependencies, answer, options)] as const);
  return {
    ...Object.fromEntries([...calls(open, { open: true }), ...calls(guarded, { open: false })]),
    ModelInfer: unary<ModelInferRequest>(dependencies, ({ endpoints }, request, call) =>
      modelInfer(endpoints, request, optionsOf(call)),
    ),
    ModelStreamInfer: (stream: ServerDuplexStream<ModelInferRequest, StreamAnswer>) =>
      answerStream(dependencies, stream),
  };
}

function unary<Request>(
  dependencies: GrpcDependencies,
  answer: UnaryAnswer<Request>,
  { open }: { open: boolean } = { open: false },
): handleUnaryCall<Request, object> {
  const { token, context } = dependencies;
  return async (call: ServerUnaryCall<Request, object>, callback) => {
    try {
      if (!open) checkToken(call.metadata, token);
      callback(null, await answer(dependencies, call.request, call));
    } catch (thrown) {
      callback(toServiceError(thrown, context.log));
    }
  };
}

async function answerStream(
  { endpoints, token, context }: GrpcDependencies,
  stream: ServerDuplexStream<ModelInferRequest, StreamAnswer>,
): Promise<void> {
  try {
    checkToken(stream.metadata, token);
    // A trace names one request, not all of a stream.
    const { traceId: _, timeoutMs, ...shared } = optionsOf(stream);
    const options = () => ({ ...shared, ...timeLeft(stream, timeoutMs) });
    const describe = (thrown: unknown) => toServiceError(thrown, context.log).details;
    await streamInfer({ endpoints, stream, options, describe });
    stream.end();
  } catch (thrown) {
    stream.destroy(toServiceError(thrown, context.log));
  }
}
