import { glob, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';

/** All files of a service together: what is larger belongs on a server of its own. */
const MOST_BYTES = 512 << 20;

/** A file beside a service file. @throws SERVICE_INVALID where it is not there, or outside the folder */
export async function readServiceBytes(folder: string, path: string): Promise<Buffer> {
  const inside = requireInside(folder, path);
  return readFile(inside).catch((cause: unknown) => {
    throw new AirworthyError('SERVICE_INVALID', {
      message: `${path} cannot be read: ${(cause as Error).message}`,
      at: path,
      cause,
    });
  });
}

export async function readServiceText(folder: string, path: string): Promise<string> {
  return (await readServiceBytes(folder, path)).toString('utf8');
}

/** The files that paths and globs name, by their paths from the folder, in order. @throws SERVICE_INVALID */
export async function readServiceFiles(
  folder: string,
  patterns: readonly string[],
): Promise<Map<string, Buffer>> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    requireInside(folder, pattern);
    const before = found.size;
    for await (const path of glob(pattern, { cwd: folder })) {
      if ((await stat(join(folder, path))).isFile()) found.add(path.replaceAll('\\', '/'));
    }
    if (found.size === before)
      throw new AirworthyError('SERVICE_INVALID', {
        message: `no file matches "${pattern}" in ${folder}`,
        at: 'files',
      });
  }
  const files = new Map<string, Buffer>();
  let bytes = 0;
  for (const path of [...found].sort()) {
    const content = await readServiceBytes(folder, path);
    bytes += content.length;
    if (bytes > MOST_BYTES)
      throw new AirworthyError('SERVICE_INVALID', {
        message: `the files have more than ${MOST_BYTES} bytes`,
        at: 'files',
      });
    files.set(path, content);
  }
  return files;
}

function requireInside(folder: string, path: string): string {
  const full = resolve(folder, path);
  const way = relative(folder, full);
  if (!way.startsWith('..') && !isAbsolute(way)) return full;
  throw new AirworthyError('SERVICE_INVALID', {
    message: `${path} lies outside the folder of the service file; a bundle holds what is beside it`,
    at: path,
  });
}
