import type { Context } from '../../store/ports.ts';
import { listRunFiles } from '../capture/read-capture.ts';
import { getRun } from '../runs/get-run.ts';

/** Something a run made. */
export interface Output {
  name: string;
  digest: string;
  /** Bytes; null where they were not counted. */
  size: number | null;
  /** Its bytes are among the blobs. */
  kept: boolean;
}

const SOURCE_FOLDER = 'source/';
const OUTPUT_FOLDER = 'outputs/';
/** What interpreters and tools write beside what a program is for. */
const CACHE = /(^|\/)(__pycache__|\.cache|\.pytest_cache|node_modules|\.git|\.airworthy)\/|\.pyc$/;

/**
 * What a run made: the outputs it declared; where it declared none, its artifacts and the files it wrote in its own
 * tree. `others` are then written files that nothing depends on.
 */
export async function gatherOutputs(
  context: Context,
  run: string,
): Promise<{ outputs: Output[]; others: Output[] }> {
  const { artifacts } = await getRun(context, run);
  const kept = artifacts
    .filter(({ path }) => !path.startsWith(SOURCE_FOLDER))
    .map(({ path, digest, size }) => ({ name: path, digest, size, kept: true }));
  const declared = kept.filter(({ name }) => name.startsWith(OUTPUT_FOLDER));
  const files = await listRunFiles(context, run);
  const written = files.flatMap(({ path, access, digest, size, kept: isKept }) =>
    access === 'write' && digest !== null && isOwn(path) ? [{ name: path, digest, size, kept: isKept }] : [],
  );
  if (declared.length > 0) {
    const names = new Set(declared.map(({ name }) => name.slice(OUTPUT_FOLDER.length)));
    const rest = kept.filter(({ name }) => !name.startsWith(OUTPUT_FOLDER));
    return { outputs: declared, others: [...rest, ...written.filter(({ name }) => !names.has(name))] };
  }
  return { outputs: [...kept, ...written], others: [] };
}

function isOwn(path: string): boolean {
  return !path.startsWith('/') && !/^[A-Za-z]:/.test(path) && !CACHE.test(path);
}
