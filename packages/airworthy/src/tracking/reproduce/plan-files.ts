import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileSha256 } from '../../store/blobs/disk.ts';
import type { Context } from '../../store/ports.ts';
import type { CaptureStart, FileFact } from '../capture/schema.ts';
import type { Difference, NeededFile } from './schema.ts';

export interface FilePlan {
  files: NeededFile[];
  differences: Difference[];
}

interface Wanted {
  path: string;
  digest: string | null;
  kept: boolean;
}

interface PlanFilesOptions {
  /** Where files of the tree lie now; null where the repository is not on this machine. */
  root: string | null;
  /** Take files as they are now, also where the record has them. */
  useCurrent: boolean;
}

/** Files that git did not know, kept with the run up to a size. */
export function planUntracked(
  context: Context,
  { untracked }: CaptureStart,
  options: PlanFilesOptions,
): Promise<FilePlan> {
  return planFiles(context, 'source', untracked, options);
}

/** Files that the run read and that its source does not hold. */
export function planInputs(
  context: Context,
  files: readonly FileFact[],
  sourceFiles: ReadonlySet<string>,
  options: PlanFilesOptions,
): Promise<FilePlan> {
  const written = new Set(files.flatMap(({ path, access }) => (access === 'write' ? [path] : [])));
  const wanted = files.filter(
    ({ path, access }) => access === 'read' && !written.has(path) && !sourceFiles.has(path),
  );
  return planFiles(context, 'input', wanted, options);
}

async function planFiles(
  context: Context,
  kind: 'source' | 'input',
  wanted: readonly Wanted[],
  options: PlanFilesOptions,
): Promise<FilePlan> {
  const plan: FilePlan = { files: [], differences: [] };
  for (const file of wanted) {
    context.signal?.throwIfAborted();
    const { path, digest } = file;
    const now = await digestNow(file, options.root);
    const recorded = digest !== null && file.kept && (await context.store.blobs.has(digest));
    const from = chooseSource({ digest, now, recorded, useCurrent: options.useCurrent });
    plan.files.push({ path, digest, from });
    // A file without a digest on record cannot be said to have changed.
    if (digest !== null && now !== digest && (from !== 'record' || isAbsolute(path)))
      plan.differences.push({ kind, name: path, before: digest, after: now });
  }
  return plan;
}

/** Null where the file is gone or not to be read; of a file without a digest on record, that it is there. */
async function digestNow({ path, digest }: Wanted, root: string | null): Promise<string | null> {
  if (root === null && !isAbsolute(path)) return null;
  const place = isAbsolute(path) ? path : join(root ?? '', path);
  if (digest === null) return existsSync(place) ? 'there' : null;
  return fileSha256(place).catch(() => null);
}

function chooseSource({
  digest,
  now,
  recorded,
  useCurrent,
}: {
  digest: string | null;
  now: string | null;
  recorded: boolean;
  useCurrent: boolean;
}): NeededFile['from'] {
  if (now !== null && now === digest) return 'place';
  if (recorded && !(useCurrent && now !== null)) return 'record';
  return now === null ? 'missing' : 'current';
}
