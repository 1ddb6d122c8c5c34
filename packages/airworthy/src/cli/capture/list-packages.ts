import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Package } from '../../tracking/index.ts';
import type { HookedProgram } from './hook-records.ts';

const LONGEST_MS = 20_000;
const MOST = 64 * 1024 ** 2;

const LIST_PYTHON = `
import json
from importlib.metadata import distributions
print(json.dumps(sorted({(d.metadata['Name'] or '', d.version or '') for d in distributions()})))
`;

/** What is installed where a program runs, by name; empty where that cannot be told. */
export async function listPackages(
  { hook, executable }: HookedProgram,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Package[]> {
  return hook === 'python' ? listPython(executable, folder, environment) : listNode(folder);
}

async function listPython(
  executable: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Package[]> {
  try {
    const options = { cwd, env, timeout: LONGEST_MS, maxBuffer: MOST };
    const { stdout } = await promisify(execFile)(executable, ['-c', LIST_PYTHON], options);
    const found = JSON.parse(stdout) as [string, string][];
    return found.filter(([name]) => name !== '').map(([name, version]) => ({ name, version }));
  } catch {
    return [];
  }
}

/** npm writes down what it installed; other package managers have their lock files. */
async function listNode(folder: string): Promise<Package[]> {
  const text = await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8').catch(() => null);
  const above = dirname(folder);
  if (text === null) return above === folder ? [] : listNode(above);
  return Object.entries(installedPackages(text)).flatMap(([path, { version, integrity }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (version === undefined) return [];
    return [{ name, version, ...(integrity === undefined ? {} : { hash: integrity }) }];
  });
}

/** npm may be writing it now. */
function installedPackages(text: string): Record<string, { version?: string; integrity?: string }> {
  try {
    return JSON.parse(text).packages ?? {};
  } catch {
    return {};
  }
}
