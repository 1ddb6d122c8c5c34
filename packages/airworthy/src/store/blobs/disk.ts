import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, copyFile, link, lstat, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { Blobs } from '../ports.ts';
import { receiveStream } from './receive-stream.ts';

const DIGEST = /^[0-9a-f]{64}$/;
/** Files whose bytes were compared and need not be again. */
const REMEMBERED = 10_000;
const CHUNK_BYTES = 1 << 18;

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
  const incoming = join(folder, 'incoming');

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
    async putStream(source) {
      await prepareIncoming(incoming);
      const received = await receiveStream(incoming, source);
      try {
        const path = pathOf(received.digest);
        await settle(received.digest, (temporary) => rename(received.path, temporary));
        await check.remember(path, received.digest);
      } finally {
        await rm(received.path, { force: true });
      }
      return { digest: received.digest, size: received.size };
    },
    async openStream(digest, range) {
      const path = pathOf(digest);
      await requireBlob(path, digest);
      if (range === undefined && !(await check.isKnown(path, digest)))
        return Readable.from(checkedBytes(path, digest), { objectMode: false });
      if (!(await check.isIntact(path, digest))) throw altered(path, digest);
      return createReadStream(path, { ...range, highWaterMark: CHUNK_BYTES });
    },
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
    async delete(digest) {
      const path = pathOf(digest);
      if (!(await exists(path))) return;
      await rm(path);
      await syncPath(dirname(path));
    },
  };
}

/** By folder: its first stream in this process removes what a killed one left; the folder's lock keeps others out. */
const prepared = new Map<string, Promise<void>>();

async function prepareIncoming(folder: string): Promise<void> {
  const emptying = prepared.get(folder) ?? rm(folder, { recursive: true, force: true });
  prepared.set(folder, emptying);
  await emptying;
  await mkdir(folder, { recursive: true });
}

/** The file's bytes; the last of them only once all were found to be those that were put. */
async function* checkedBytes(path: string, digest: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let last: Buffer | undefined;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    hash.update(chunk as Buffer);
    if (last) yield last;
    last = chunk as Buffer;
  }
  if (hash.digest('hex') !== digest) throw altered(path, digest);
  if (last) yield last;
}

/** Compares files with their digests: read once a process for as long as size, time and inode stay as they were. */
function createFileCheck() {
  const intact = new Map<string, string>();
  const keep = (digest: string, stamp: string) => {
    if (intact.size >= REMEMBERED) intact.clear();
    intact.set(digest, stamp);
  };
  return {
    async isIntact(path: string, digest: string): Promise<boolean> {
      const stamp = await stampOf(path);
      if (intact.get(digest) === stamp) return true;
      if ((await fileSha256(path)) !== digest) return false;
      keep(digest, stamp);
      return true;
    },
    async isKnown(path: string, digest: string): Promise<boolean> {
      return intact.get(digest) === (await stampOf(path));
    },
    /** Its bytes were hashed on their way in. */
    remember: async (path: string, digest: string) => keep(digest, await stampOf(path)),
  };
}

async function stampOf(path: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  return `${size} ${mtimeNs} ${ino}`;
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
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }))
    hash.update(chunk as Buffer);
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

/** A link in the place of a blob leads to bytes that nobody put. */
async function requireBlob(path: string, digest: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isFile()) return;
  if (found) throw altered(path, digest);
  throw new AirworthyError('BLOB_NOT_FOUND', {
    message: `no content with digest ${digest} in the data folder`,
  });
}
