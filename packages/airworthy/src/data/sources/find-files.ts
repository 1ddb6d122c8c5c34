import { existsSync, globSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';

/** A file of the source, with what tells whether it changed. */
export interface FoundFile {
  /** Absolute. */
  path: string;
  /** As the configuration names it: relative to the project folder, or `npm:…`. */
  shown: string;
  bytes: number;
  /** Changes when the file is written, replaced or moved in: size, modification time in ns, inode. */
  stamp: string;
}

const PACKAGE = 'npm:';
const PACKAGE_NAME = /^(@[\w.-]+\/)?\w[\w.-]*$/;
const GLOB = /[*?[\]{}]/;

/** All files of the sources in order: sources as listed, files of a glob by name. */
export function findFiles(sources: readonly string[], folder: string): FoundFile[] {
  return sources.flatMap((source) => {
    if (source.startsWith(PACKAGE)) return [foundFile(packageFile(source, folder), source)];
    const pattern = resolve(folder, source);
    const paths = existsSync(pattern) || !GLOB.test(source) ? [pattern] : globFiles(source, folder);
    return paths.map((path) => foundFile(path, showPath(path, folder)));
  });
}

function globFiles(pattern: string, folder: string): string[] {
  const paths = globSync(pattern, { cwd: folder })
    .map((path) => resolve(folder, path))
    .filter((path) => statSync(path).isFile())
    .sort();
  if (paths.length > 0) return paths;
  throw new AirworthyError('DATA_FILE_NOT_FOUND', {
    message: `no file matches "${pattern}" in the project folder`,
    at: 'data.source',
  });
}

/**
 * A file inside an installed package. The package's folder is found by walking up the node_modules folders, since a
 * package with an `exports` map lets nothing else be resolved; the file may not lie outside of it.
 */
function packageFile(source: string, folder: string): string {
  const parts = source.slice(PACKAGE.length).split('/');
  const name = parts.splice(0, parts[0].startsWith('@') ? 2 : 1).join('/');
  const root = PACKAGE_NAME.test(name) ? packageFolder(name, folder) : undefined;
  if (root === undefined) {
    throw new AirworthyError('DATA_FILE_NOT_FOUND', {
      message: `the package "${name}" (in "${source}") is not installed`,
      remedy: `Run \`npm install ${name}\` in the project folder.`,
      at: 'data.source',
    });
  }
  const path = join(root, ...parts);
  const inside = (of: string, file: string) => file.startsWith(`${of}${sep}`);
  const confined =
    inside(root, path) && (!existsSync(path) || inside(realpathSync(root), realpathSync(path)));
  if (confined) return path;
  throw new AirworthyError('DATA_FILE_NOT_FOUND', {
    message: `"${source}" names no file inside the package "${name}"`,
    at: 'data.source',
  });
}

function packageFolder(name: string, folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', ...name.split('/'));
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(at) === at) return undefined;
  }
}

function foundFile(path: string, shown: string): FoundFile {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stat?.isFile()) {
    throw new AirworthyError('DATA_FILE_NOT_FOUND', {
      message: stat ? `"${shown}" is a folder, not a file` : `no file at "${shown}"`,
      ...(stat ? { remedy: `Name the files in it with a glob: "${shown}/*.csv".` } : {}),
      at: 'data.source',
    });
  }
  return { path, shown, bytes: Number(stat.size), stamp: `${stat.size}:${stat.mtimeNs}:${stat.ino}` };
}

function showPath(path: string, folder: string): string {
  const inProject = relative(folder, path);
  return isAbsolute(inProject) ? path : inProject.split(sep).join('/');
}
