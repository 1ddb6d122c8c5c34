import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, copyFile, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { Blobs } from '../ports.ts';

const DIGEST = /^[0-9a-f]{64}$/;
/** Files whose bytes were compared and need not be again. */
const REMEMBERED = 10_000;

/** By path: equal bytes that are put at the same time are written once. Other processes are kept out by the folder's lock. */
const underWay = new Map<string, Promise<string>>();

/**
 * Blobs as files under `folder`, two levels deep by digest; written beside, synced, then renamed into place. What is
 * read is what was put: bytes that no longer have their digest are BLOB_ALTERED, and a put of the right ones mends them.
 */
export function openDiskBlobs(folder: string): Blobs {
  const pathOf = (digest: string): string => {
    if (!DIGEST.test(digest))
      throw new AirworthyError('BAD_ARGUMENT', { message: `"${digest}" is not a sha256 digest` });
    return join(folder, digest.slice(0, 2), digest);
  };
  const has = (digest: string) => exists(pathOf(digest));
  const check = createFileCheck();

  async function place(
    path: string,
    digest: string,
    fill: (temporary: string) => Promise<void>,
  ): Promise<string> {
    if ((await exists(path)) && (await check.isIntact(path, digest))) return digest;
    await mkdir(dirname(path), { recursive: true });
    // Always the same name: what a killed process left there is gone when its successor puts the same bytes.
    const temporary = `${path}.tmp`;
    try {
      await rm(temporary, { force: true });
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

  function settle(digest: string, fill: (temporary: string) => Promise<void>): Promise<string> {
    const path = pathOf(digest);
    const placing = underWay.get(path) ?? place(path, digest, fill).finally(() => underWay.delete(path));
    underWay.set(path, placing);
    return placing;
  }

  return {
    has,
    put: async (bytes) => settle(sha256(bytes), (temporary) => writeNew(temporary, bytes)),
    putFile: async (path) => settle(await fileSha256(path), (temporary) => linkOrCopy(path, temporary)),
    async get(digest) {
      const path = pathOf(digest);
      await requireBlob(path, digest);
      const bytes = await readFile(path);
      if (sha256(bytes) !== digest) throw altered(path, digest);
      return bytes;
    },
    async localPath(digest) {
      const path = pathOf(digest);
      await requireBlob(path, digest);
      if (!(await check.isIntact(path, digest))) throw altered(path, digest);
      return path;
    },
  };
}

/** Compares files with their digests: read once a process for as long as size, time and inode stay as they were. */
function createFileCheck() {
  const intact = new Map<string, string>();
  return {
    async isIntact(path: string, digest: string): Promise<boolean> {
      const { size, mtimeNs, ino } = await stat(path, { bigint: true });
      const stamp = `${size} ${mtimeNs} ${ino}`;
      if (intact.get(digest) === stamp) return true;
      if ((await fileSha256(path)) !== digest) return false;
      if (intact.size >= REMEMBERED) intact.clear();
      intact.set(digest, stamp);
      return true;
    },
  };
}

function altered(path: string, digest: string): AirworthyError {
  return new AirworthyError('BLOB_ALTERED', {
    message: `the content with digest ${digest} was altered or cut short: ${path}`,
    facts: { digest, path },
  });
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
