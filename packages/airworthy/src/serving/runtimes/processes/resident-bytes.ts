import { readFile } from 'node:fs/promises';

const PAGE_BYTES = 4_096;

/**
 * Memory that a process and what it started hold, in bytes; null where the system does not tell (it does on Linux) or the
 * process has ended.
 */
export async function residentBytes(pid: number | undefined): Promise<number | null> {
  if (pid === undefined) return null;
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => null);
  if (statm === null) return null;
  const own = Number(statm.split(' ')[1]) * PAGE_BYTES;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const held = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(residentBytes));
  return held.reduce<number>((sum, bytes) => sum + (bytes ?? 0), own);
}
