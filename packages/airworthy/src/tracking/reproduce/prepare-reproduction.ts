import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { PARSED_TAG } from '../capture/deliver-metrics.ts';
import type { CaptureStart } from '../capture/schema.ts';
import { getRun } from '../runs/get-run.ts';
import type { RunDetails } from '../schema.ts';
import { makeTree, type Tree } from './make-tree.ts';
import { requireCapture } from './plan-reproduction.ts';
import type { Difference, ReproductionPlan } from './schema.ts';

/** A run made ready to be run again. */
export interface PreparedReproduction {
  tree: Tree;
  /** The command, for the same recorder. */
  argv: readonly string[];
  /** The working folder. */
  folder: string;
  /** Over the person's own. */
  environment: Readonly<Record<string, string>>;
  original: RunDetails;
  declared: CaptureStart['declared'];
  seed: number | null;
  /** Did hooks follow the files of the first run? */
  hooks: boolean;
  /** Were metrics read from what it printed? */
  printedMetrics: boolean;
  /** What will differ, for the verdict. */
  differences: Difference[];
  notes: string[];
}

/**
 * Makes the tree of a captured run and what it is run with. Throws REPRODUCTION_IMPOSSIBLE where the plan misses
 * something, or what is locked cannot be installed.
 */
export async function prepareReproduction(
  context: Context,
  plan: ReproductionPlan,
  options: { install: boolean },
): Promise<PreparedReproduction> {
  requirePossible(plan);
  const original = await getRun(context, plan.run);
  const { start } = await requireCapture(context, plan.run);
  const from = plan.source.repository ?? start.repository ?? start.folder;
  const tree = await makeTree(context, plan, {
    from: existsSync(from) ? from : null,
    link: !options.install,
  });
  try {
    const installed = options.install ? await install(context, plan, start, tree) : {};
    return {
      ...{ tree, argv: tree.argv, folder: join(tree.root, plan.folder) },
      environment: { ...plan.environment, ...installed },
      ...{ original, declared: start.declared, seed: start.seed },
      hooks: start.injected.includes('NODE_OPTIONS'),
      printedMetrics: PARSED_TAG in original.tags,
      differences: remaining(plan, tree, options),
      notes: [
        ...plan.notes,
        ...tree.readAsIs.map(
          (path) =>
            `${path} has changed and is read as it is now: no argument names it, so the copy on record cannot take its place`,
        ),
        ...restored(plan, tree).map((path) => `${path} is no longer as it was: the copy on record was used`),
      ],
    };
  } catch (error) {
    await tree.remove();
    throw error;
  }
}

/** What is taken from the record, or installed as it was, explains nothing. */
function remaining(plan: ReproductionPlan, tree: Tree, { install }: { install: boolean }): Difference[] {
  const same = new Set(restored(plan, tree));
  return plan.differences.filter(({ kind, name }) => !(same.has(name) || (install && kind === 'package')));
}

function requirePossible({ run, missing }: ReproductionPlan): void {
  if (missing.length === 0) return;
  throw new AirworthyError('REPRODUCTION_IMPOSSIBLE', {
    message: `run "${run}" cannot be run again: ${missing.join('; ')}`,
    facts: { missing },
  });
}

/** Files that have changed or are gone, and come from the record. */
function restored({ untracked, inputs }: ReproductionPlan, { readAsIs }: Tree): string[] {
  return [...untracked, ...inputs].flatMap(({ path, from }) =>
    from === 'record' && !readAsIs.includes(path) ? [path] : [],
  );
}

/** Runs what the lock files ask for in the tree. Returns the variables with which the command finds it. */
async function install(
  context: Context,
  plan: ReproductionPlan,
  start: CaptureStart,
  tree: Tree,
): Promise<Record<string, string>> {
  const constraints = join(tree.root, '../constraints.txt');
  await writeFile(constraints, start.packages.map(({ name, version }) => `${name}==${version}\n`).join(''));
  let venv: string | undefined;
  for (const { folder, command } of plan.install) {
    context.signal?.throwIfAborted();
    const cwd = join(tree.root, folder);
    const isVenv = command.includes('venv') || ['uv', 'poetry'].includes(command[0]);
    if (isVenv) venv = join(cwd, '.venv');
    await runInstall(command, cwd, constraints);
  }
  if (venv === undefined) return {};
  const programs = join(venv, process.platform === 'win32' ? 'Scripts' : 'bin');
  return { VIRTUAL_ENV: venv, PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` };
}

/** `constraints` holds the versions on record: pip takes no others. */
function runInstall(command: readonly string[], cwd: string, constraints: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, POETRY_VIRTUALENVS_IN_PROJECT: 'true', PIP_CONSTRAINT: constraints },
    });
    const told: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => told.push(chunk));
    const fail = (reason: string) =>
      reject(
        new AirworthyError('REPRODUCTION_IMPOSSIBLE', {
          message: `${command.join(' ')} failed: ${reason}`,
          facts: { command, folder: cwd },
        }),
      );
    child.on('error', (cause) => fail(String(cause)));
    child.on('close', (code) => {
      const last = Buffer.concat(told).toString('utf8').trim().split('\n').at(-1);
      if (code === 0) resolve();
      else fail(last || `it ended with ${code}`);
    });
  });
}
