import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSIBLE: ReadonlySet<string> = new Set(['.html', '.js', '.css', '.svg', '.json', '.map', '.txt']);

export interface PageFile {
  bytes: Buffer;
  type: string;
  etag: string;
  /** Made once; undefined for what is compressed already. */
  gzipped(): Promise<Buffer | undefined>;
}

export interface BuiltPages {
  /** By path in the build, with forward slashes: what is not in here is not served, whatever the request's path says. */
  files: ReadonlyMap<string, PageFile>;
}

/**
 * The built pages, read whole when first asked for and again after each build; undefined while there is none. A build
 * is a few files of some hundred kilobytes together.
 */
export function watchBuiltPages(folder: string): () => Promise<BuiltPages | undefined> {
  let known: { builtAt: number; pages: Promise<BuiltPages> } | undefined;
  return async () => {
    const index = await stat(join(folder, 'index.html')).catch(() => undefined);
    if (index === undefined) return undefined;
    if (known?.builtAt !== index.mtimeMs) known = { builtAt: index.mtimeMs, pages: readPages(folder) };
    return known.pages;
  };
}

async function readPages(folder: string): Promise<BuiltPages> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const compressed = new Set(paths.filter((path) => path.endsWith('.gz')));
  const files = await Promise.all(
    paths
      .filter((path) => !compressed.has(path))
      .map(async (path) => {
        const name = relative(folder, path).split(sep).join('/');
        return [name, await readPage(path, compressed.has(`${path}.gz`))] as const;
      }),
  );
  return { files: new Map(files) };
}

async function readPage(path: string, isCompressed: boolean): Promise<PageFile> {
  const bytes = await readFile(path);
  const extension = extname(path);
  let gzipped: Promise<Buffer | undefined> | undefined;
  return {
    bytes,
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    gzipped() {
      gzipped ??= isCompressed ? readFile(`${path}.gz`) : compress(bytes, extension);
      return gzipped;
    },
  };
}

async function compress(bytes: Buffer, extension: string): Promise<Buffer | undefined> {
  return COMPRESSIBLE.has(extension) ? promisify(gzip)(bytes) : undefined;
}
