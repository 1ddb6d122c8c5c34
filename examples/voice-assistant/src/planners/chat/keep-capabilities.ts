import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capabilities } from './capabilities.ts';

/** Writes what an endpoint can do beside the assistant's data; the file is named after the address and the model. */
export async function keepCapabilities(folder: string, capabilities: Capabilities): Promise<string> {
  const path = fileOf(folder, capabilities.baseUrl, capabilities.model);
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(capabilities, null, 2)}\n`);
  await rename(`${path}.new`, path);
  return path;
}

/** What was found when the endpoint was last probed; undefined where it never was. */
export async function readCapabilities(
  folder: string,
  baseUrl: string,
  model: string,
): Promise<Capabilities | undefined> {
  const path = fileOf(folder, baseUrl, model);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Capabilities;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read: delete it and probe the endpoint again.`, { cause: error });
  }
}

function fileOf(folder: string, baseUrl: string, model: string): string {
  const { host, pathname } = new URL(baseUrl);
  const name = `${host}${pathname}-${model}`.replaceAll(/[^a-zA-Z0-9.]+/g, '-').replaceAll(/^-|-$/g, '');
  return join(folder, `endpoint-${name}.json`);
}
