import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../kernel/clock.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { syncPath } from '../../store/blobs/disk.ts';
import { receiveStream } from '../../store/blobs/receive-stream.ts';
import type { Context } from '../../store/ports.ts';
import type { Artifact } from '../schema.ts';
import type { ArtifactLocation } from './artifact-location.ts';
import { requireArtifactPath } from './artifact-path.ts';
import { putArtifact } from './put-artifact.ts';

const UPLOAD_ID = /^[0-9a-f]{32}$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** As many as the object stores take that clients are used to. */
const MOST_PARTS = 10_000;
/** What lay longer than this was given up. */
const KEPT_MS = 7 * 86_400_000;

export interface UploadedPart {
  /** 1, 2, 3 … */
  number: number;
  /** The part's sha256. */
  etag: string;
}

/** Begins an upload whose parts come each on its own, in any order, and are one file once it is completed. */
export async function beginUpload(context: Context, location: ArtifactLocation): Promise<string> {
  requireArtifactPath(location.path);
  context.store.lock.claim();
  await removeGivenUp(context);
  const upload = newId();
  await mkdir(folderOf(context, upload), { recursive: true });
  await writeFile(targetOf(context, upload), JSON.stringify(location));
  return upload;
}

/** Takes one part in, durable when it resolves; a part may be sent again. Throws UPLOAD_NOT_FOUND, UPLOAD_INCOMPLETE. */
export async function putUploadPart(
  context: Context,
  upload: string,
  number: number,
  source: AsyncIterable<Uint8Array>,
): Promise<UploadedPart> {
  await requireUpload(context, upload);
  requirePartNumber(number);
  const received = await receiveStream(folderOf(context, upload), source);
  await syncPath(received.path);
  await rename(received.path, partOf(context, upload, { number, etag: received.digest }));
  return { number, etag: received.digest };
}

/**
 * Makes one artifact of the parts and forgets them. Throws UPLOAD_NOT_FOUND, UPLOAD_INCOMPLETE where the parts are not
 * those that arrived, ARTIFACT_PATH_TAKEN.
 */
export async function completeUpload(
  context: Context,
  upload: string,
  parts: readonly UploadedPart[],
): Promise<Artifact> {
  const location = await requireUpload(context, upload);
  const inOrder = [...parts].sort((a, b) => a.number - b.number);
  const files: string[] = [];
  for (const [index, part] of inOrder.entries()) {
    if (part.number !== index + 1) throw incomplete(`part ${index + 1} is not named`);
    files.push(await requirePart(context, upload, part));
  }
  if (files.length === 0) throw incomplete('no parts are named');
  const artifact = await putArtifact(context, location, joined(files));
  await rm(folderOf(context, upload), { recursive: true, force: true });
  return artifact;
}

/** Forgets an upload and what arrived of it. Throws UPLOAD_NOT_FOUND. */
export async function abortUpload(context: Context, upload: string): Promise<void> {
  await requireUpload(context, upload);
  await rm(folderOf(context, upload), { recursive: true, force: true });
}

async function* joined(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) yield* createReadStream(file, { highWaterMark: 1 << 20 });
}

async function requirePart(context: Context, upload: string, part: UploadedPart): Promise<string> {
  requirePartNumber(part.number);
  const path = partOf(context, upload, part);
  const arrived = SHA256.test(part.etag) && (await access(path).then(...yesOrNo));
  if (!arrived) throw incomplete(`part ${part.number} did not arrive as it is named`);
  return path;
}

const yesOrNo = [() => true, () => false] as const;

async function requireUpload(context: Context, upload: string): Promise<ArtifactLocation> {
  const text = UPLOAD_ID.test(upload)
    ? await readFile(targetOf(context, upload), 'utf8').catch(() => undefined)
    : undefined;
  if (text !== undefined) return JSON.parse(text) as ArtifactLocation;
  throw new AirworthyError('UPLOAD_NOT_FOUND', { message: `there is no upload "${upload.slice(0, 64)}"` });
}

function requirePartNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= MOST_PARTS) return;
  throw incomplete(`parts are numbered from 1 to ${MOST_PARTS}, and ${number} is not such a number`);
}

function incomplete(message: string): AirworthyError {
  return new AirworthyError('UPLOAD_INCOMPLETE', { message });
}

async function removeGivenUp(context: Context): Promise<void> {
  const folder = join(context.store.folder, 'uploads');
  for (const name of await readdir(folder).catch(() => [])) {
    // Another request may complete or abort it meanwhile.
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found && systemClock.now() - found.mtimeMs > KEPT_MS)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

function folderOf(context: Context, upload: string): string {
  return join(context.store.folder, 'uploads', upload);
}

function targetOf(context: Context, upload: string): string {
  return join(folderOf(context, upload), 'location.json');
}

function partOf(context: Context, upload: string, { number, etag }: UploadedPart): string {
  return join(folderOf(context, upload), `${number}-${etag}`);
}
