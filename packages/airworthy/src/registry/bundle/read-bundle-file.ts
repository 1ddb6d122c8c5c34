import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { Manifest } from '../schema.ts';
import { requireBundleFolder } from './bundle-folder.ts';
import { FILE, parseManifest } from './manifest.ts';

const LARGE = 1 << 20;

/**
 * The bytes of one file of a bundle, exactly as packed. Throws BUNDLE_NOT_FOUND, or BUNDLE_ALTERED where the bytes
 * are not those the bundle's digest stands for.
 *
 * @example
 * const card = (await readBundleFile(context, digest, 'card.md')).toString('utf8');
 */
export async function readBundleFile(context: Context, digest: string, path: string): Promise<Buffer> {
  return readListed(context, digest, await readManifest(context, digest), path);
}

export async function readManifest(context: Context, digest: string): Promise<Manifest> {
  const folder = await requireBundleFolder(context, digest);
  return parseManifest(digest, await readPresent(folder, digest, FILE.manifest));
}

/** As `readBundleFile`, with the manifest at hand. */
export async function readListed(
  context: Context,
  digest: string,
  manifest: Manifest,
  path: string,
): Promise<Buffer> {
  const listed = manifest.files.find((file) => file.path === path);
  if (!listed) {
    const files = manifest.files.map((file) => file.path);
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `bundle ${digest} has no file "${path}"`,
      facts: { files },
    });
  }
  const bytes = await readPresent(await requireBundleFolder(context, digest), digest, path);
  if ((await digestOf(bytes)) === listed.sha256) return bytes;
  throw new AirworthyError('BUNDLE_ALTERED', { message: `${path} of bundle ${digest} was altered` });
}

/** A large file is hashed in the thread pool: here it would hold the event loop. */
async function digestOf(bytes: Buffer): Promise<string> {
  if (bytes.length < LARGE) return sha256(bytes);
  return Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex');
}

async function readPresent(folder: string, digest: string, path: string): Promise<Buffer> {
  return readFile(join(folder, path)).catch((cause: unknown) => {
    throw new AirworthyError('BUNDLE_ALTERED', {
      message: `${path} of bundle ${digest} cannot be read`,
      cause,
    });
  });
}
