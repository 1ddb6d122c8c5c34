import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Message } from 'esbuild';
import { AirworthyError } from '../../kernel/errors.ts';
import type { FunctionSpec } from '../../serving/index.ts';

export interface BundledFunction {
  /** One ESM file with everything it needs but Node. */
  code: Buffer;
  /** Folders of the packages whose code is in it. */
  packages: string[];
}

/** For what a package of the older module system calls while it loads. */
const REQUIRE = `import { createRequire as airworthyRequire } from 'node:module';
const require = airworthyRequire(import.meta.url);`;

/**
 * Bundles a function with its dependencies. Nothing in it names this machine: the same files give the same bytes.
 *
 * @throws SERVICE_INVALID with the bundler's own words, file and line
 */
export async function bundleFunction(folder: string, { module }: FunctionSpec): Promise<BundledFunction> {
  const entry = resolve(folder, module);
  if (!existsSync(entry))
    throw new AirworthyError('SERVICE_INVALID', { message: `there is no module ${entry}`, at: 'module' });
  const { build } = await import('esbuild');
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: folder,
      entryPoints: [entry],
      outfile: join(folder, 'function.mjs'),
      ...{ bundle: true, write: false, metafile: true },
      ...{ format: 'esm', platform: 'node', target: 'node24', charset: 'utf8' },
      ...{ sourcemap: 'inline', legalComments: 'inline', logLevel: 'silent' },
      banner: { js: REQUIRE },
      loader: { '.txt': 'text', '.csv': 'text', '.onnx': 'binary', '.wasm': 'binary' },
    });
    return {
      code: Buffer.from(outputFiles[0].contents),
      packages: packageFolders(folder, Object.keys(metafile.inputs)),
    };
  } catch (cause) {
    throw new AirworthyError('SERVICE_INVALID', { message: sayProblem(cause), at: 'module', cause });
  }
}

function sayProblem(cause: unknown): string {
  const { errors } = cause as { errors?: Message[] };
  const [first] = errors ?? [];
  if (!first) return `the module cannot be bundled: ${(cause as Error).message}`;
  const { location, text } = first;
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

/** The package of each bundled file that lies in a node_modules folder. */
function packageFolders(folder: string, inputs: readonly string[]): string[] {
  const found = inputs.flatMap((input) => {
    const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
    return match ? [resolve(folder, match[0])] : [];
  });
  return [...new Set(found)].sort();
}
