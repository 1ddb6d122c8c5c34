import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { AirworthyError } from '../../kernel/errors.ts';
import type { ServingConfig } from '../../serving/index.ts';

export type TlsConfig = NonNullable<ServingConfig['tls']>;

/** PEM texts. */
export interface TlsPair {
  cert: Buffer;
  key: Buffer;
}

/**
 * The certificate (with its chain) and its key.
 *
 * @param folder what relative paths are relative to
 * @throws TLS_FILES_INVALID where one cannot be read, or they do not belong together
 */
export function readTlsFiles(folder: string, tls: TlsConfig): TlsPair {
  const pair = { cert: readPem(folder, 'certificate', tls), key: readPem(folder, 'key', tls) };
  try {
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    throw new AirworthyError('TLS_FILES_INVALID', {
      message: `serving.tls: ${tls.certificate} and ${tls.key} are no certificate and its key: ${(cause as Error).message}`,
      at: 'serving.tls',
      cause,
    });
  }
}

function readPem(folder: string, which: keyof TlsConfig, tls: TlsConfig): Buffer {
  try {
    return readFileSync(resolve(folder, tls[which]));
  } catch (cause) {
    throw new AirworthyError('TLS_FILES_INVALID', {
      message: `serving.tls.${which}: ${(cause as Error).message}`,
      at: `serving.tls.${which}`,
      cause,
    });
  }
}

/** Changes whenever one of the files does, also where a link on the way to it is moved. */
export function tlsFilesState(folder: string, tls: TlsConfig): string {
  return [tls.certificate, tls.key]
    .map((path) => statSync(resolve(folder, path), { throwIfNoEntry: false, bigint: true }))
    .map((stat) => (stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`))
    .join(', ');
}
