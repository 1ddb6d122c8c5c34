import { existsSync, fstatSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import type { CaptureConfig, CaptureStart, Interpreter } from '../../tracking/index.ts';
import { packageVersion } from '../package-version.ts';
import { describeMachine } from './describe-machine.ts';
import type { HookedProgram } from './hook-records.ts';
import { type ContentKeeper, digestFile } from './keep-content.ts';
import { keepSource } from './keep-source.ts';
import type { StartedCommand } from './recorded-command.ts';
import { recordedEnvironment, threadSettings } from './recorded-environment.ts';
import { maskArguments, withoutCredentials } from './secrets.ts';

/** A larger standard input is not hashed. */
const STDIN_BYTES = 64 * 1024 ** 2;

/** What a command was started with, and on what; its interpreter is told later, by its hook. */
export async function collectFacts(
  started: StartedCommand,
  config: CaptureConfig,
  keeper: ContentKeeper,
): Promise<CaptureStart> {
  const { options, masker, environment, startedAt } = started;
  const git = await started.git;
  const notes = started.gitFirst ? [] : ['git was still asked when the command began'];
  const stdin = await digestStdin();
  const source = await keepSource(
    { git, folder: options.folder, dataFolder: options.dataFolder, startedAt, config, keeper, masker },
    notes,
  );
  return {
    argv: maskArguments(options.argv, masker),
    folder: git?.folder ?? options.folder,
    repository: git?.root ?? null,
    stdin,
    ...source,
    remote: source.remote === null ? null : masker.mask(withoutCredentials(source.remote)),
    interpreter: interpreterByPath(options.argv[0], environment.environment.PATH),
    packages: [],
    environment: recordedEnvironment(withoutHooks(started), config.environment, masker),
    injected: environment.injected,
    respected: environment.respected,
    threads: threadSettings(environment.environment),
    seed: options.seed ?? null,
    ...(await describeMachine(environment.environment)),
    airworthy: packageVersion(),
    declared: { inputs: options.inputs, outputs: options.outputs },
    notes,
  };
}

/** As the command had it, but for where the hooks are on this machine. */
function withoutHooks({ options, environment }: StartedCommand): Record<string, string | undefined> {
  const { NODE_OPTIONS } = options.environment;
  return { ...environment.environment, NODE_OPTIONS };
}

/** The interpreter that a hook spoke from: the command's own, else the first that it started. */
export function interpreterOf(programs: readonly HookedProgram[], pid: number): HookedProgram | undefined {
  return programs.find((program) => program.pid === pid) ?? programs[0];
}

export function toInterpreter({ hook, executable, version, flags }: HookedProgram): Interpreter {
  return { name: hook, path: executable, version, flags };
}

function interpreterByPath(command: string, path = ''): Interpreter | null {
  const candidates = command.includes('/')
    ? [command]
    : path.split(delimiter).map((each) => join(each, command));
  const found = candidates.find((candidate) => existsSync(candidate));
  return found === undefined ? null : { name: basename(command), path: found, version: null, flags: [] };
}

/** A file can be read beside the command; a pipe only once, and that is the command's. */
async function digestStdin(): Promise<string | null> {
  try {
    const stats = fstatSync(0);
    if (!stats.isFile() || stats.size > STDIN_BYTES) return null;
    return (await digestFile('/proc/self/fd/0'))?.digest ?? null;
  } catch {
    return null;
  }
}
