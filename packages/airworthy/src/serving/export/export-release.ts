import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { type Check, readBundleFile, readManifest, signerOf, verifyBundle } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Release } from '../schema.ts';
import type { ExportedFiles, ExportSource } from './exported-files.ts';
import type { ExportRecord, ExportTarget } from './schema.ts';
import { toDocker } from './to-docker.ts';
import { toKserve } from './to-kserve.ts';
import { toTriton } from './to-triton.ts';

export interface ExportOptions extends Omit<ExportSource, 'bundle' | 'signer' | 'release'> {
  release: Release;
  to: ExportTarget;
  /** Made by the export; one that holds anything is refused. */
  folder: string;
}

const TARGETS = { docker: toDocker, kserve: toKserve, triton: toTriton } as const;

/** What a bundle consists of besides what its manifest lists. */
const OWN_FILES = ['manifest.json', 'provenance.dsse.json'];

/**
 * Writes a release as what another system serves: a folder with the bundle or its graph, its card and digests. The
 * bundle is verified first, golden records and ONNX graph included. The folder appears whole or not at all, and the
 * same release gives the same bytes.
 *
 * @throws EXPORT_FOLDER_TAKEN, EXPORT_IMPOSSIBLE, BUNDLE_ALTERED, BUNDLE_NOT_FOUND
 *
 * @example
 * await exportRelease(context, { endpoint: 'flight-delays', release, to: 'docker', folder: 'image', serving, version });
 */
export async function exportRelease(context: Context, options: ExportOptions): Promise<ExportRecord> {
  const { to, release, endpoint, version } = options;
  const folder = resolve(options.folder);
  await requireFree(folder);
  const checks = await requireIntact(context, release);
  const manifest = await readManifest(context, release.bundle);
  const signer = await signerOf(context, release.bundle, manifest);
  if (signer === null) throw impossible(`${named(release)} is not signed`);
  const bundle = await readBundle(context, release.bundle);
  const files = await TARGETS[to]({ ...options, bundle, signer: signer.key });
  const record: ExportRecord = {
    format: 'airworthy-export/1',
    ...{ to, endpoint, model: release.model, version: release.version, bundle: release.bundle },
    signer: signer.key,
    airworthy: version,
    // Those of single files would say again what `files` does.
    checks: checks.filter(({ name }) => !name.startsWith('file ')),
    files: listFiles(files),
  };
  await writeWhole(folder, files.set('export.json', `${JSON.stringify(record, null, 2)}\n`));
  return record;
}

async function requireFree(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw taken(folder, error.message);
  });
  if (found.length > 0) throw taken(folder, `it holds ${found.slice(0, 3).join(', ')}`);
}

function taken(folder: string, why: string): AirworthyError {
  return new AirworthyError('EXPORT_FOLDER_TAKEN', { message: `cannot export to ${folder}: ${why}` });
}

function impossible(message: string): AirworthyError {
  return new AirworthyError('EXPORT_IMPOSSIBLE', { message });
}

function named({ model, version }: Release): string {
  return `${model} version ${version}`;
}

/** Whose key it is does not matter to an export: the record names it. */
async function requireIntact(context: Context, release: Release): Promise<Check[]> {
  const verified = await verifyBundle(context, release.bundle);
  const checks = verified.checks.filter(({ name }) => name !== 'trusted key');
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  if (failed)
    throw new AirworthyError('BUNDLE_ALTERED', {
      message: `${named(release)} is not as it was packed: ${failed.name}: ${failed.detail}`,
    });
  return checks;
}

async function readBundle(context: Context, digest: string): Promise<Map<string, Buffer>> {
  const { files } = await readManifest(context, digest);
  const folder = join(context.store.folder, 'bundles', digest);
  const own = OWN_FILES.map(
    async (path): Promise<[string, Buffer]> => [path, await readFile(join(folder, path))],
  );
  const listed = files.map(
    async ({ path }): Promise<[string, Buffer]> => [path, await readBundleFile(context, digest, path)],
  );
  return new Map(await Promise.all([...own, ...listed]));
}

function listFiles(files: ExportedFiles): ExportRecord['files'] {
  return [...files]
    .map(([path, content]) => ({ path, sha256: sha256(content), size: Buffer.byteLength(content) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Written beside, then renamed: whoever sees the folder sees all of it. */
async function writeWhole(folder: string, files: ExportedFiles): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const made = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(made, path)), { recursive: true });
      await writeFile(join(made, path), content);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
}
