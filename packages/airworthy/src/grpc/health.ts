import type { ServerWritableStream } from '@grpc/grpc-js';
import { AirworthyError } from '../kernel/errors.ts';
import type { GrpcDependencies } from './grpc-dependencies.ts';

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';
interface HealthRequest {
  service: string;
}
interface HealthAnswer {
  status: ServingStatus;
}

/** How often a watched status is looked at. */
const LOOK_MS = 1_000;
/** Services that are the server as a whole. */
const WHOLE = ['', 'inference.GRPCInferenceService', 'grpc.health.v1.Health'];

/** The status of the server, or of an endpoint by its name. */
export function healthOf(
  { endpoints, draining }: GrpcDependencies,
  { service }: HealthRequest,
): HealthAnswer {
  const whole = WHOLE.includes(service);
  if (!whole && !endpoints.has(service)) return { status: 'SERVICE_UNKNOWN' };
  const isReady = whole ? endpoints.ready() : isServing(endpoints, service);
  return { status: isReady && !draining.aborted ? 'SERVING' : 'NOT_SERVING' };
}

function isServing(endpoints: GrpcDependencies['endpoints'], name: string): boolean {
  return endpoints.status().some(({ endpoint, state }) => endpoint === name && state === 'ready');
}

/** @throws ENDPOINT_NOT_FOUND for a service that is none */
export function checkHealth(dependencies: GrpcDependencies, request: HealthRequest): HealthAnswer {
  const answer = healthOf(dependencies, request);
  if (answer.status !== 'SERVICE_UNKNOWN') return answer;
  throw new AirworthyError('ENDPOINT_NOT_FOUND', {
    message: `"${request.service.slice(0, 100)}" is neither a service nor an endpoint here`,
  });
}

/** Tells the status, and again whenever it is another, until the client leaves or the server goes. */
export function watchHealth(
  dependencies: GrpcDependencies,
  stream: ServerWritableStream<HealthRequest, HealthAnswer>,
): void {
  let told: ServingStatus | undefined;
  const look = () => {
    const { status } = healthOf(dependencies, stream.request);
    if (status !== told) stream.write({ status });
    told = status;
  };
  const timer = setInterval(look, LOOK_MS).unref();
  const goodbye = () => {
    look();
    stream.end();
  };
  dependencies.draining.addEventListener('abort', goodbye, { once: true });
  stream.on('cancelled', () => {
    clearInterval(timer);
    dependencies.draining.removeEventListener('abort', goodbye);
  });
  look();
}
