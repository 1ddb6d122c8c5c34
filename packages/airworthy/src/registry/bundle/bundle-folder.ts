import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { syncPath } from '../../store/blobs/disk.ts';
import type { Context } from '../../store/ports.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import { Digest } from '../schema.ts';
import { inspectFiles } from './inspect-files.ts';
import type { BundleFiles } from './manifest.ts';

/** Where a bundle lies, whether it is there or not. A digest cannot lead out of the data folder. */
export function bundleFolder(context: Context, digest: string): string {
  checkInput('bundle', Digest, digest);
  return join(context.store.folder, 'bundles', digest);
}

/** As `bundleFolder`; throws BUNDLE_NOT_FOUND where there is none. */
export async function requireBundleFolder(context: Context, digest: string): Promise<string> {
  const folder = bundleFolder(context, digest);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  throw new AirworthyError('BUNDLE_NOT_FOUND', { message: `no bundle ${digest} in the data folder` });
}

/**
 * Puts a bundle's files in place all at once: written and synced in a scratch folder, then renamed. One that is
 * there and intact stays; one that was altered is replaced.
 */
export async function placeBundle(context: Context, digest: string, files: BundleFiles): Promise<void> {
  const folder = bundleFolder(context, digest);
  if (await isIntact(folder, digest)) return;
  await using scratch = await openScratchFolder(context.store.folder, 'bundle');
  const made = join(scratch.path, digest);
  await mkdir(made);
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(made, path)), { recursive: true });
    await writeSynced(join(made, path), bytes);
  }
  await syncPath(made);
  await mkdir(dirname(folder), { recursive: true });
  // A folder is renamed over an empty one only, so what is there goes aside first.
  await rename(folder, join(scratch.path, 'altered')).catch(ignoreAbsent);
  await rename(made, folder);
  await syncPath(dirname(folder));
}

async function isIntact(folder: string, digest: string): Promise<boolean> {
  const inspection = await inspectFiles(folder, digest).catch(ignoreAbsent);
  return inspection?.checks.every((check) => check.outcome === 'ok') ?? false;
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
