import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../kernel/logger.ts';
import { readTlsFiles, type TlsConfig, tlsFilesState } from './tls-files.ts';

/** How often the files are looked at. */
const LOOK_MS = 5_000;

export interface SecureOptions {
  tls: TlsConfig;
  /** What its paths are relative to. */
  folder: string;
  headersTimeout: number;
  maxHeaderSize: number;
  keepAliveTimeout: number;
}

/**
 * Fastify's options for HTTP/2 with HTTP/1.1 on the same port, by what client and server agree on.
 *
 * @throws TLS_FILES_INVALID
 */
export function secureServerOptions({ tls, folder, keepAliveTimeout, maxHeaderSize }: SecureOptions) {
  const settings = { maxHeaderListSize: maxHeaderSize };
  return {
    http2: true as const,
    https: { ...readTlsFiles(folder, tls), allowHTTP1: true, settings },
    http2SessionTimeout: keepAliveTimeout,
  };
}

/**
 * Gives HTTP/1.1 connections of a secure server the limits that those of a plain one have, and takes a new
 * certificate as soon as its files hold one; while they hold none, the former stays.
 */
export function tendSecureServer(instance: FastifyInstance, options: SecureOptions, log: Logger): void {
  const server = instance.server as unknown as Http2SecureServer;
  const { headersTimeout, maxHeaderSize, keepAliveTimeout, tls, folder } = options;
  // Read by Node's HTTP/1.1 from whichever server a connection comes to; the types know them of `http.Server` only.
  Object.assign(server as unknown as Server, {
    headersTimeout,
    requestTimeout: 0,
    keepAliveTimeout,
    maxHeaderSize,
  });
  let state = tlsFilesState(folder, tls);
  const look = () => {
    const now = tlsFilesState(folder, tls);
    if (now === state) return;
    state = now;
    try {
      server.setSecureContext(readTlsFiles(folder, tls));
      log.info({ certificate: tls.certificate }, 'a new certificate is in use');
    } catch (error) {
      log.error({ error: String(error) }, 'the certificate is not taken: the former stays in use');
    }
  };
  const looking = setInterval(look, LOOK_MS);
  looking.unref();
  instance.addHook('onClose', async () => clearInterval(looking));
}
