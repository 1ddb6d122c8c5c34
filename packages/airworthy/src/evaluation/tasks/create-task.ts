import type { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { commandTask } from './command-task.ts';
import { endpointTask } from './endpoint-task.ts';
import { type AnyTaskFunction, functionTask } from './function-task.ts';
import { modelTask } from './model-task.ts';
import { CommandTaskInput, EndpointTaskInput, ModelTaskInput } from './schema.ts';
import type { Task } from './task.ts';

export interface CreateTaskOptions {
  name: string;
  /** What relative paths are relative to. */
  folder: string;
  /** Digest of the file that a function stands in. */
  source?: string | undefined;
  env?: Readonly<Record<string, string | undefined>>;
}

/** Whatever a suite may write as a task. */
export type AnyTaskInput = Task | AnyTaskFunction | Readonly<Record<string, unknown>>;

/** Kinds of task by the member that tells them, in the order in which they are looked for. */
const KINDS = ['model', 'command', 'endpoint'] as const;

/**
 * A task from what a suite writes: a function, `{ model, prompt }`, `{ endpoint }`, `{ command }`, or a task already made.
 * Throws TASK_INVALID, TEMPLATE_INVALID.
 *
 * @example
 * const task = await createTask({ model: 'gpt-5-mini', prompt: 'Answer: {{question}}' }, { name: 'short', folder: '.' });
 */
export async function createTask(input: AnyTaskInput, options: CreateTaskOptions): Promise<Task> {
  const { name, folder, env = process.env } = options;
  if (typeof input === 'function') return functionTask(input, options);
  if (isTask(input)) return { ...input, name };
  const kind = KINDS.find((each) => each in input);
  switch (kind) {
    case 'model':
      return modelTask(check(ModelTaskInput, input, name), { name, folder, env });
    case 'command':
      return commandTask(check(CommandTaskInput, input, name), { name, folder, env });
    case 'endpoint':
      return endpointTask(check(EndpointTaskInput, input, name), { name });
    default:
      throw new AirworthyError('TASK_INVALID', {
        message: `task "${name}" has none of ${KINDS.join(', ')} and bundle: ${Object.keys(input).join(', ') || 'it is empty'}`,
      });
  }
}

export function isTask(input: unknown): input is Task {
  const { run, digest } = (input ?? {}) as Partial<Task>;
  return typeof run === 'function' && typeof digest === 'string';
}

function check<Schema extends z.ZodType>(schema: Schema, input: unknown, name: string): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue.path.join('.');
  throw new AirworthyError('TASK_INVALID', {
    message: `task "${name}"${at === '' ? '' : `: ${at}`}: ${issue.message}`,
    ...(at === '' ? {} : { at }),
  });
}
