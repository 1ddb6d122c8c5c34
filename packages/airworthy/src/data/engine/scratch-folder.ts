import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder for half-made files. It is removed when disposed; what a killed process left is removed by the next one. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

const NAME = /^data-(\d+)-[0-9a-f]{8}$/;

export async function openScratchFolder(storeFolder: string): Promise<ScratchFolder> {
  const parent = join(storeFolder, 'scratch');
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent);
  const path = join(parent, `data-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(path);
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = NAME.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
