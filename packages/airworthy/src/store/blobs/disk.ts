import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, copyFile, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { Blobs } from '../ports.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** Blobs as files under `folder`, two levels deep by digest; written beside, synced, then renamed into place. */
export function openDiskBlobs(folder: string): Blobs {
  const pathOf = (digest: string): string => {
    if (!DIGEST.test(digest))
      throw new AirworthyError('BAD_ARGUMENT', { message: `"${digest}" is not a sha256 digest` });
    return join(folder, digest.slice(0, 2), digest);
  };
  const has = (digest: string) => exists(pathOf(digest));

  async function settle(digest: string, fill: (temporary: string) => Promise<void>): Promise<string> {
    const path = pathOf(digest);
    if (await exists(path)) return digest;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await fill(temporary);
      await syncPath(temporary);
      await rename(temporary, path);
      await syncPath(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return digest;
  }

  return {
    has,
    put: (bytes) => settle(sha256(bytes), (temporary) => writeNew(temporary, bytes)),
    putFile: async (path) => settle(await fileSha256(path), (temporary) => linkOrCopy(path, temporary)),
    async get(digest) {
      await requireBlob(pathOf(digest), digest);
      return readFile(pathOf(digest));
    },
    async localPath(digest) {
      await requireBlob(pathOf(digest), digest);
      return pathOf(digest);
    },
  };
}

/** The sha256 of a file, read as a stream. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** A second name for the same bytes costs no disk; where the file system has none, a copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

async function writeNew(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}

/** Makes a file's content, or a folder's entries, survive a power cut. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function requireBlob(path: string, digest: string): Promise<void> {
  if (await exists(path)) return;
  throw new AirworthyError('BLOB_NOT_FOUND', {
    message: `no content with digest ${digest} in the data folder`,
  });
}
