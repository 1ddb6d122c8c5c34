import type { App } from '../app.ts';
import type { GrpcListener } from '../grpc/listen-grpc.ts';
import { AirworthyError } from '../kernel/errors.ts';
import type { ServingConfig } from '../serving/index.ts';
import { packageVersion } from './package-version.ts';

export interface StartGrpcOptions {
  config: ServingConfig;
  host: string;
  /** Where HTTP listens. */
  port: number;
  token: string | undefined;
}

/**
 * Listens for gRPC beside HTTP, with its certificate where it has one; undefined where it is off, or where another program has
 * the port that nobody chose, which the log says.
 */
export async function startGrpc(
  app: App,
  { config, host, port, token }: StartGrpcOptions,
): Promise<GrpcListener | undefined> {
  const { enabled, port: chosen } = config.grpc;
  if (!enabled) return undefined;
  const { listenGrpc } = await import('../grpc/listen-grpc.ts');
  const { readTlsFiles } = await import('../http/tls/tls-files.ts');
  const { tls } = config;
  const { context, project } = app;
  const grpcPort = chosen ?? (config.port === 0 ? 0 : port + 1);
  const dependencies = {
    context,
    endpoints: await app.endpoints(),
    statistics: await app.statistics(),
    config,
    alias: project.config.registry.alias,
    version: packageVersion(),
    token,
  };
  try {
    const readTls = tls === undefined ? undefined : () => readTlsFiles(project.folder, tls);
    return await listenGrpc(dependencies, { host, port: grpcPort, tls: readTls });
  } catch (error) {
    if (AirworthyError.is(error)) throw error;
    context.log.warn(
      `gRPC cannot listen on ${host}:${grpcPort}: ${(error as Error).message}; it is off until serving.grpc.port names a free port`,
    );
    return undefined;
  }
}
