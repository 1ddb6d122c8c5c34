import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey, sha256 } from '../../kernel/ids.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import { asOutput } from './as-output.ts';
import { openLineProcesses } from './line-processes.ts';
import { type CommandLine, endingOf, startProcess } from './run-process.ts';
import type { CommandTaskInput } from './schema.ts';
import type { Task, TaskContext, TaskOutput } from './task.ts';

const MOST_OUTPUT = 64 << 20;

interface CommandTaskOptions {
  name: string;
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** A program as a task: a process each case, or processes that answer line by line. It never sees what is expected. */
export function commandTask(input: CommandTaskInput, { name, folder, env }: CommandTaskOptions): Task {
  const { command, protocol, environment, processes } = input;
  const format = input.output ?? (protocol === 'lines' ? 'json' : 'text');
  const line: CommandLine = { command, folder, environment: { ...env, ...environment } };
  const files = filesOf(command, folder);
  const content = { command, protocol, output: format, environment: Object.keys(environment).sort() };
  const common = {
    name,
    digest: contentKey({ kind: 'command', ...content, values: environment, files }),
    spec: { kind: 'command', ...content, files },
  };
  if (protocol === 'once') {
    return {
      ...common,
      run: async (each, context) =>
        readOutput(await runOnce(line, questionOf(each, context), context), format, name),
    };
  }
  const open = openLineProcesses(line, processes, name);
  return {
    ...common,
    run: async (each, context) => asOutput(await open.ask(questionOf(each, context), context)),
    close: () => open.close(),
  };
}

function questionOf({ id, input, metadata }: EvaluationCase, { trial, seed }: TaskContext): string {
  return JSON.stringify({ id, input, metadata, trial, seed });
}

function readOutput(text: string, format: 'text' | 'json', name: string): TaskOutput {
  if (format === 'text') return { value: text.replace(/\r?\n$/, '') };
  const value = parseJson(text);
  if (value !== undefined) return asOutput(value);
  const shown = JSON.stringify(text.slice(0, 200));
  throw new AirworthyError('TASK_FAILED', { message: `${name}: standard output is not JSON: ${shown}` });
}

/** What one process prints that gets the question on standard input. A process that is out of time ends with its group. */
function runOnce(line: CommandLine, question: string, { signal }: TaskContext): Promise<string> {
  return new Promise((settle, fail) => {
    if (signal.aborted) return fail(signal.reason);
    const started = startProcess(line);
    const { child } = started;
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (reason: unknown) => {
      signal.removeEventListener('abort', abort);
      started.stop();
      fail(reason);
    };
    const abort = () => end(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MOST_OUTPUT) end(failure(`wrote more than ${MOST_OUTPUT >> 20} MB`));
    });
    child.on('error', (error) => end(failure(`cannot be started: ${error.message}`)));
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', abort);
      if (code === 0) settle(Buffer.concat(chunks).toString('utf8'));
      else fail(failure(endingOf(code, by, started.complaint())));
    });
    child.stdin.end(question);
  });
}

function failure(what: string): AirworthyError {
  return new AirworthyError('TASK_FAILED', { message: `the command ${what}` });
}

/** Digests of the files that a command names: a changed program is another task. */
function filesOf(command: CommandTaskInput['command'], folder: string): Record<string, string> {
  const words = typeof command === 'string' ? command.split(/[\s'"]+/) : command;
  const found = words.flatMap((word) => {
    const path = resolve(folder, word);
    const isFile = word !== '' && statSync(path, { throwIfNoEntry: false })?.isFile();
    return isFile ? [[word, sha256(readFileSync(path))] as const] : [];
  });
  return Object.fromEntries(found);
}
