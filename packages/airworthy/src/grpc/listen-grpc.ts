import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { AirworthyError } from '../kernel/errors.ts';
import type { GrpcServer } from './create-grpc-server.ts';
import type { GrpcDependencies } from './grpc-dependencies.ts';

/** PEM texts. */
export interface TlsPair {
  cert: Buffer;
  key: Buffer;
}

export interface ListenGrpcOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Reads the certificate and its key; without, connections are plain. */
  tls?: (() => TlsPair) | undefined;
}

export interface GrpcListener {
  port: number;
  /** Takes no more connections, and resolves once the calls in flight are answered. */
  close(): Promise<void>;
}

/** Calls in flight have this long to end. */
const GRACE_MS = 10_000;
/** How often the certificate's files are looked at. */
const LOOK_MS = 5_000;

/**
 * Listens for gRPC. The library that speaks it, a tenth of a second of CPU and some 15 MB, is loaded when the first client
 * connects: a server that nobody asks this way pays for a socket.
 *
 * @throws what listening raises, such as EADDRINUSE
 */
export async function listenGrpc(
  dependencies: Omit<GrpcDependencies, 'draining'>,
  { host, port, tls }: ListenGrpcOptions,
): Promise<GrpcListener> {
  const draining = new AbortController();
  let loaded: Promise<GrpcServer> | undefined;
  const { log } = dependencies.context;
  const load = async () => {
    const { createGrpcServer } = await import('./create-grpc-server.ts');
    return createGrpcServer({ ...dependencies, draining: draining.signal });
  };
  const serve = (connection: Socket) => {
    // Until there is a session to hear of it, a broken connection is nobody's failure.
    connection.on('error', () => connection.destroy());
    loaded ??= load();
    loaded.then(
      (grpc) => grpc.serve(connection),
      (error) => {
        log.error({ err: error }, 'gRPC could not be loaded');
        connection.destroy();
      },
    );
  };
  const server = tls === undefined ? createServer(serve) : createSecure(tls, serve, log);
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      draining.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      await loaded?.then(
        (grpc) => grpc.close(GRACE_MS),
        () => undefined,
      );
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Decrypts, and takes a new certificate once the files hold one; while they hold none, the former stays. */
function createSecure(
  readTls: () => TlsPair,
  serve: (connection: Socket) => void,
  log: GrpcDependencies['context']['log'],
): Server {
  let pair = readTls();
  const server: TlsServer = createTlsServer({ ...pair, ALPNProtocols: ['h2'] }, serve);
  const looking = setInterval(() => {
    try {
      const now = readTls();
      if (now.cert.equals(pair.cert) && now.key.equals(pair.key)) return;
      server.setSecureContext(now);
      pair = now;
    } catch (error) {
      if (!AirworthyError.is(error)) log.error({ err: error }, 'the certificate of gRPC is not taken');
    }
  }, LOOK_MS);
  looking.unref();
  server.once('close', () => clearInterval(looking));
  // Who does not speak TLS is sent away, and is no failure of ours.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
