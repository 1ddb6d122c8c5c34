import {
  type AnyTaskInput,
  BundleTaskInput,
  type CreateTaskOptions,
  createTask,
  type Task,
} from '../../evaluation/running.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import type { BundleOrigin } from './bundle-task.ts';

/**
 * A task from what a suite writes, also those that need the project's records: `{ bundle: 'model@champion' }`, `{ endpoint:
 * 'name' }` of an endpoint of this project, which is scored in this process as it is deployed now, and prompts of the registry.
 * Throws TASK_INVALID, TEMPLATE_INVALID, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, ALIAS_NOT_FOUND.
 *
 * @example
 * const task = await openTask(context, project, { bundle: 'flight-delays@champion' }, { name: 'champion', folder });
 */
export async function openTask(
  context: Context,
  project: Pick<Project, 'model'>,
  input: AnyTaskInput,
  options: CreateTaskOptions,
): Promise<Task> {
  if (typeof input === 'function' || typeof input.run === 'function') return createTask(input, options);
  const words = input as Readonly<Record<string, unknown>>;
  // Registry and serving are loaded for those that need them only: most suites call a model or a function.
  if ('bundle' in words) {
    const { bundleTask } = await import('./bundle-task.ts');
    return bundleTask(context, options.name, await findBundle(context, project, words, options.name));
  }
  const { endpoint, model, prompt } = words;
  if (model === undefined && typeof endpoint === 'string' && !endpoint.includes('://')) {
    const { bundleTask } = await import('./bundle-task.ts');
    return bundleTask(context, options.name, await deployedAt(context, endpoint, options.name));
  }
  if (typeof prompt !== 'string' || !prompt.startsWith('prompts:')) return createTask(words, options);
  const { readPromptVersion } = await import('./read-prompt-version.ts');
  const { name, version, prompt: text } = await readPromptVersion(context, prompt);
  const task = await createTask({ ...words, prompt: text }, options);
  return { ...task, spec: { ...task.spec, promptVersion: { name, version } } };
}

async function findBundle(
  context: Context,
  project: Pick<Project, 'model'>,
  words: Readonly<Record<string, unknown>>,
  task: string,
): Promise<BundleOrigin> {
  const parsed = BundleTaskInput.safeParse(words);
  if (!parsed.success) {
    throw new AirworthyError('TASK_INVALID', {
      message: `task "${task}": ${parsed.error.issues[0].message}`,
    });
  }
  const { findAlias, getModelVersion, requirePacked } = await import('../../registry/index.ts');
  const { bundle } = parsed.data;
  if (/^[0-9a-f]{64}$/.test(bundle)) return { bundle };
  const [, model = project.model, alias, number] = /^([^@/]+)?(?:@([\w-]+)|\/(\d{1,9}))$/.exec(bundle) ?? [];
  if (alias === undefined && number === undefined) {
    throw new AirworthyError('TASK_INVALID', {
      message: `task "${task}": "${bundle}" names no bundle`,
      remedy: 'Write model@alias, model/3 or the digest of a bundle.',
    });
  }
  const version =
    alias === undefined
      ? await getModelVersion(context, model, Number(number))
      : ((await findAlias(context, model, alias)) ??
        missing(task, `model "${model}" has no version with the alias "${alias}"`));
  const packed = requirePacked(version);
  return { bundle: packed.bundle, model, version: packed.number };
}

async function deployedAt(context: Context, endpoint: string, task: string): Promise<BundleOrigin> {
  const { currentDeployment } = await import('../../serving/index.ts');
  const { sql } = context.store.database;
  const deployment = await currentDeployment(sql, context.project, endpoint);
  if (deployment === undefined)
    return missing(task, `nothing is deployed at an endpoint "${endpoint}" of this project`);
  const { bundle, model, version } = deployment;
  return { bundle, model, version, endpoint };
}

function missing(task: string, what: string): never {
  throw new AirworthyError('TASK_INVALID', { message: `task "${task}": ${what}` });
}
