import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import { processRuntime } from './process-runtime.ts';
import { openProcessPool } from './processes/process-pool.ts';
import type { ReadAnswers } from './read-answers.ts';
import type { Runtime } from './runtime.ts';
import type { FunctionSpec } from './schema.ts';
import type { Service } from './service.ts';

const HOST = fileURLToPath(siblingModule(import.meta.url, 'processes/function-host'));

/**
 * A bundled function in a process of its own, which may read its own files, and neither write, start programs nor
 * connect beyond `limits.network`.
 */
export async function openFunctionRuntime(
  { context, signature, read }: Service,
  { name, module, export: exported, takes, limits }: FunctionSpec,
  readAnswers: ReadAnswers,
): Promise<Runtime> {
  const code = await read(module);
  // From a folder of its own: what runs is what was checked, whatever becomes of the bundle's folder.
  const scratch = await openScratchFolder(context.store.folder, 'function');
  const path = join(scratch.path, module);
  await writeFile(path, code);
  const options = [
    '--permission',
    `--allow-fs-read=${scratch.path}/`,
    `--allow-fs-read=${dirname(HOST)}/`,
    `--max-old-space-size=${limits.memoryMb}`,
    '--enable-source-maps',
  ];
  const words = [process.execPath, ...options, HOST, path, exported, takes, JSON.stringify(limits.network)];
  const pool = openProcessPool({
    name,
    limits,
    log: context.log,
    // None of the server's own environment, which holds its secrets.
    line: { answersOn: 3, words, folder: scratch.path, environment: { TZ: process.env.TZ } },
  });
  const runtime = processRuntime({
    kind: 'function',
    name,
    signature,
    pool,
    atOnce: limits.concurrency ?? 1,
    readAnswers,
  });
  return {
    ...runtime,
    async close() {
      await pool.close();
      await scratch[Symbol.asyncDispose]();
    },
  };
}
