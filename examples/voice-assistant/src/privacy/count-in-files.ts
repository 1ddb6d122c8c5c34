import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How often a text is in the bytes of a folder's files, whatever their format. */
export function countInFiles(folder: string, text: string): number {
  const wanted = Buffer.from(text);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + countIn(readFileSync(join(parentPath, name)), wanted), 0);
}

function countIn(bytes: Buffer, wanted: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + wanted.length)) count++;
  return count;
}
