import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasProcess } from '../kernel/process-identity.ts';

/** A folder for half-made files, inside the data folder so that a finished one can be renamed into place. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

const NAME = /^[a-z]+-(\d+)-[0-9a-f]{8}$/;

/** Makes one; it is removed when disposed, and what a killed process left is removed by the next one. */
export async function openScratchFolder(storeFolder: string, room: string): Promise<ScratchFolder> {
  const parent = join(storeFolder, 'scratch');
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent);
  const path = join(parent, `${room}-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(path);
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = NAME.exec(name)?.[1];
    if (owner !== undefined && !hasProcess(Number(owner)))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}
