import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AirworthyError } from '../../kernel/errors.ts';
import type { SourceArtifact } from './source.ts';

export interface ArtifactRoots {
  /** Where MLflow's server keeps what it calls `mlflow-artifacts:/…`: its `--artifacts-destination`. */
  proxied: string;
  /** What relative paths begin at. */
  base: string;
}

/** The files under an artifact address, at any depth; none where there is no such folder. */
export async function* listArtifacts(uri: string, roots: ArtifactRoots): AsyncIterable<SourceArtifact> {
  const root = folderOf(uri, roots);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((cause) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw new AirworthyError('ARTIFACTS_UNREACHABLE', {
      message: `artifacts at ${uri} cannot be read: ${cause.message}`,
      cause,
    });
  });
  for (const entry of entries) {
    // Links could lead anywhere.
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    yield { path: relative(root, file).split(sep).join('/'), open: async () => createReadStream(file) };
  }
}

function folderOf(uri: string, { proxied, base }: ArtifactRoots): string {
  const proxy = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*)$/.exec(uri);
  if (proxy) return join(proxied, proxy[1]);
  if (uri.startsWith('file:')) return fileURLToPath(uri);
  if (isAbsolute(uri)) return uri;
  if (!/^[a-z][a-z0-9+.-]+:/i.test(uri)) return join(base, uri);
  throw new AirworthyError('ARTIFACTS_UNREACHABLE', {
    message: `artifacts at ${uri} cannot be read from here`,
  });
}
