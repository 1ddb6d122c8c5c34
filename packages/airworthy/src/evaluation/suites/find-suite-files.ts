import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const ENDINGS = ['.eval.ts', '.eval.mts', '.eval.js', '.eval.mjs', '.eval.yaml', '.eval.yml'];

/** Is a suite in this file, by its name? */
export function isSuiteFile(path: string): boolean {
  return ENDINGS.some((ending) => path.endsWith(ending));
}

/** `support` of `/a/support.eval.ts`. */
export function suiteNameOf(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/\.eval\.[a-z]+$/, '');
}

/** All suite files below a folder, sorted; not in node_modules, hidden folders or the data folder. */
export async function findSuiteFiles(folder: string, dataFolder: string): Promise<string[]> {
  const found: string[] = [];
  const leftOut = resolve(dataFolder);
  async function walk(current: string): Promise<void> {
    const entries = await readdir(current, { withFileTypes: true });
    for (const entry of entries) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) {
        if (isSearched(entry) && path !== leftOut) await walk(path);
      } else if (isSuiteFile(entry.name)) found.push(path);
    }
  }
  await walk(folder);
  return found.sort();
}

function isSearched({ name }: Dirent): boolean {
  return name !== 'node_modules' && !name.startsWith('.');
}
