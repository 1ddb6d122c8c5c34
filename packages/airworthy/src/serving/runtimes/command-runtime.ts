import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openScratchFolder, type ScratchFolder } from '../../store/scratch-folder.ts';
import { processRuntime } from './process-runtime.ts';
import { openProcessPool } from './processes/process-pool.ts';
import { openServerProcess } from './processes/server-process.ts';
import type { ReadAnswers } from './read-answers.ts';
import { oipRuntime } from './remote/oip-runtime.ts';
import type { Runtime } from './runtime.ts';
import { COMMAND_FILES, type CommandSpec } from './schema.ts';
import type { Service } from './service.ts';

/** A program that lives as long as its release, in a folder with its files. */
export async function openCommandRuntime(
  service: Service,
  spec: CommandSpec,
  readAnswers: ReadAnswers,
): Promise<Runtime> {
  const scratch = await openScratchFolder(service.context.store.folder, 'command');
  try {
    await placeFiles(service, spec.files, scratch);
    const open = spec.protocol === 'oip' ? openServer : openLines;
    const runtime = await open(service, spec, { readAnswers, folder: scratch.path });
    return {
      ...runtime,
      async close() {
        await runtime.close();
        await scratch[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
}

interface Place {
  readAnswers: ReadAnswers;
  folder: string;
}

async function placeFiles(
  { read }: Service,
  files: readonly string[],
  { path }: ScratchFolder,
): Promise<void> {
  for (const file of files) {
    const target = join(path, file.slice(COMMAND_FILES.length + 1));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await read(file), { mode: 0o700 });
  }
}

/** What belongs to the server alone is none of the command's business. */
function environmentOf({ environment }: CommandSpec): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AIRWORTHY_'));
  return { ...Object.fromEntries(inherited), ...environment };
}

async function openLines(
  { context, signature }: Service,
  spec: CommandSpec,
  { readAnswers, folder }: Place,
): Promise<Runtime> {
  const { name, limits, command } = spec;
  const pool = openProcessPool({
    name,
    limits,
    log: context.log,
    line: { answersOn: 'stdout', words: command, folder, environment: environmentOf(spec) },
  });
  return processRuntime({
    kind: 'command',
    name,
    signature,
    pool,
    atOnce: limits.concurrency ?? 1,
    readAnswers,
  });
}

async function openServer(
  { context, signature }: Service,
  spec: CommandSpec,
  { readAnswers, folder }: Place,
): Promise<Runtime> {
  const { name, limits, command, model = name } = spec;
  const line = { words: command, folder, environment: environmentOf(spec) };
  const server = await openServerProcess({ name, line, limits, log: context.log });
  const runtime = oipRuntime({
    kind: 'command',
    name,
    signature,
    limits,
    readAnswers,
    target: { url: server.url, model, inputs: { form: 'columns' } },
  });
  return {
    ...runtime,
    memoryBytes: server.memoryBytes,
    async close() {
      await runtime.close();
      await server.close();
    },
  };
}
