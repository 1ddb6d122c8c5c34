import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify';
import { AirworthyError } from '../kernel/errors.ts';
import { createGateway, createStatistics, type Gateway } from '../serving/index.ts';
import { apiDoor } from './api/api-door.ts';
import { commandsDoor } from './commands/commands-door.ts';
import type { DoorDependencies, ServerDependencies } from './door.ts';
import { drainOnClose } from './drain-connections.ts';
import { guardRequests, requireTokenBeyondLoopback } from './guard-requests.ts';
import { limitBodyTime } from './limit-body-time.ts';
import { liveDoor } from './live/live-door.ts';
import { mlflowDoor } from './mlflow/mlflow-door.ts';
import { oipDoor } from './oip/oip-door.ts';
import { isOpenaiAddress, openaiDoor } from './openai/openai-door.ts';
import { sendOpenaiError } from './openai/openai-error.ts';
import { otlpDoor } from './otlp/otlp-door.ts';
import { pagesDoor } from './pages/pages-door.ts';
import { signInDoor } from './pages/sign-in-door.ts';
import { parseJsonBody } from './parse-json-body.ts';
import { predictDoor } from './predict/predict-door.ts';
import { createMetrics } from './probes/metrics.ts';
import { probesDoor } from './probes/probes-door.ts';
import { malformedRequestText, sendError, toRequestError } from './send-error.ts';
import { secureServerOptions, tendSecureServer } from './tls/secure-server.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route undoes a body’s content-encoding itself, and bounds what comes out. */
    takesEncodings?: boolean;
  }
}

/** Longer than a load balancer keeps an idle connection, so that it is never us who closes one in use. */
const KEEP_ALIVE_MS = 72_000;
/** The address of a comparison names up to 500 runs, 37 characters each; Node's own limit is below that. */
const HEADER_BYTES = 65_536;
/** A request must have arrived whole by then. */
const REQUEST_MS = 30_000;

/**
 * The server with all its doors, not listening yet. `close()` drains: nothing in flight is cut off.
 * Throws TOKEN_MISSING where it would be open to others without a token.
 *
 * @example
 * const server = createServer({ context, endpoints, config, version });
 * await server.listen({ host: config.host, port: config.port });
 */
export function createServer(dependencies: ServerDependencies): FastifyInstance {
  const { config, context, token } = dependencies;
  requireTokenBeyondLoopback({ host: config.host, token });
  const server = buildServer(dependencies);
  const draining = drainOnClose(server);
  // Before the guards: the body of a request that they refuse is on the clock too.
  limitBodyTime(server, REQUEST_MS, malformedRequestText(408));
  guardRequests(server, { host: config.host, token, ownerToken: dependencies.commands?.token });
  takeJsonOnly(server);
  server.setErrorHandler((error, request, reply) =>
    sendError(reply, toRequestError(error, request, context.log)),
  );
  const statistics = dependencies.statistics ?? createStatistics(context.clock);
  const metrics = createMetrics(dependencies.endpoints, statistics);
  const gateway = dependencies.gateway ?? ownGateway(server, dependencies);
  const doors: DoorDependencies = { ...dependencies, statistics, gateway, draining, metrics };
  for (const door of DOORS) door(server, doors);
  return server;
}

function ownGateway(server: FastifyInstance, { context, config, project }: ServerDependencies): Gateway {
  const { traces } = project.config.tracking;
  const gateway = createGateway(context, { config: config.gateway, traces });
  server.addHook('onClose', () => gateway.close());
  return gateway;
}

function buildServer({ config, context, project }: ServerDependencies): FastifyInstance {
  const options: FastifyServerOptions = {
    // Nothing in a request is coerced, dropped or filled in; the framework's defaults do all three.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    bodyLimit: config.limits.bodyBytes,
    forceCloseConnections: false,
    return503OnClosing: false,
    // Node's own knows no exception for uploads that stream for hours: `limitBodyTime` does.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Ids of clients are up to 256 long.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    clientErrorHandler: (error, socket) => {
      if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy();
      socket.end(malformedRequestText(CLIENT_ERROR_STATUS[error.code] ?? 400));
    },
    frameworkErrors: (error, request, reply) => {
      const send = isOpenaiAddress(request.url) ? sendOpenaiError : sendError;
      send(reply, toRequestError(error, request, context.log));
    },
  };
  const limits = { headersTimeout: REQUEST_MS, maxHeaderSize: HEADER_BYTES };
  if (config.tls === undefined) return fastify({ ...options, http: limits });
  const secure = { tls: config.tls, folder: project.folder, keepAliveTimeout: KEEP_ALIVE_MS, ...limits };
  // The doors use what requests and answers of both versions have.
  const server = fastify({ ...options, ...secureServerOptions(secure) } as object) as FastifyInstance;
  tendSecureServer(server, secure, context.log);
  return server;
}

const DOORS = [
  probesDoor,
  predictDoor,
  oipDoor,
  mlflowDoor,
  otlpDoor,
  openaiDoor,
  apiDoor,
  liveDoor,
  commandsDoor,
  signInDoor,
  pagesDoor,
] as const;

/** Statuses of what Node's parser refuses before there is a request. */
const CLIENT_ERROR_STATUS: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function takeJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => parseJsonBody(body),
  );
  server.addHook('onRequest', async (request) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity' || request.routeOptions.config.takesEncodings)
      return;
    throw new AirworthyError('MEDIA_TYPE_UNSUPPORTED', {
      message: `a body with content-encoding "${encoding.slice(0, 50)}" is not taken here`,
    });
  });
}
