import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UnavailableError } from '../unavailable-error.ts';
import type { Llama, LlamaModule } from './llama-module.ts';

export const LLAMA_INSTALL =
  'npm install --no-save --omit=optional node-llama-cpp@3.22.1 @node-llama-cpp/linux-x64@3.22.1';

let loading: Promise<{ module: LlamaModule; llama: Llama }> | undefined;

/** node-llama-cpp, once a process: its own CPU binary, no build, no download. */
export function loadLlama(): Promise<{ module: LlamaModule; llama: Llama }> {
  loading ??= load();
  return loading;
}

/** Why GGUF files cannot be run here, with what to do; undefined where they can. */
export function llamaMissing(): string | undefined {
  try {
    findLlama();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function load(): Promise<{ module: LlamaModule; llama: Llama }> {
  const module = (await import(findLlama())) as LlamaModule;
  const llama = await module.getLlama({
    build: 'never',
    gpu: false,
    // With more, the waiting threads of a model this small take more time than they save.
    maxThreads: 1,
    logLevel: 'error',
    progressLogs: false,
  });
  return { module, llama };
}

/** In the folder that AIRWORTHY_LLAMA names (it holds a node_modules), or as any package is found. */
function findLlama(): string {
  const folder = process.env.AIRWORTHY_LLAMA;
  const from =
    folder === undefined || folder === ''
      ? import.meta.url
      : pathToFileURL(join(resolve(folder), 'package.json'));
  try {
    return pathToFileURL(createRequire(from).resolve('node-llama-cpp')).href;
  } catch (error) {
    const where = folder ? `in ${folder} (AIRWORTHY_LLAMA)` : 'here';
    throw new UnavailableError(
      `node-llama-cpp, which runs GGUF files, is not installed ${where}: ${LLAMA_INSTALL} (on another system the package of its name, such as @node-llama-cpp/mac-arm64-metal).`,
      { cause: error },
    );
  }
}
