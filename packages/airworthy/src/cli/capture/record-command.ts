import { type ChildProcess, spawn } from 'node:child_process';
import { AirworthyError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { thisProcess } from '../../kernel/process-identity.ts';
import { type CommandEnvironment, commandEnvironment } from './command-environment.ts';
import { forwardSignals, SIGNAL_NUMBERS } from './forward-signals.ts';
import { type Front, type FrontListener, openFront } from './front.ts';
import { newGatewaySecret, openGatewayAddress } from './gateway-address.ts';
import { createJournalWriter, type JournalWriter } from './journal-writer.ts';
import { createLogRecorder } from './log-recorder.ts';
import { passThrough } from './pass-through.ts';
import { readGit } from './read-git.ts';
import type {
  Command,
  CommandExit,
  RecordingMeans,
  RecordingResult,
  RecordOptions,
  StartedCommand,
} from './recorded-command.ts';
import { endedChildrenCpuMs } from './sample-processes.ts';
import { createMasker, type Masker, maskArguments, secretValues } from './secrets.ts';

/** The command waits this long for git, in ms, so that what it changes itself is not taken for its source. */
const GIT_MS = 60;
const DIFF_BYTES = 100 * 1024 ** 2;

/**
 * Runs a command and records it. Only what it takes to start the command is loaded before it runs.
 *
 * Throws BAD_ARGUMENT where the command cannot be started; nothing of it is on record then.
 */
export async function recordCommand(options: RecordOptions, means: RecordingMeans): Promise<RecordingResult> {
  const started = await startCommand(options);
  const { followCommand } = await import('./recording.ts');
  return followCommand(started, means);
}

/** The exit code that a shell gives for how a command ended. */
export function shellCode({ code, signal }: CommandExit): number {
  return signal === null ? (code ?? 1) : 128 + (SIGNAL_NUMBERS[signal] ?? 0);
}

async function startCommand(options: RecordOptions): Promise<StartedCommand> {
  const run = newId();
  const git = readGit(options.folder, DIFF_BYTES);
  let listener: FrontListener | undefined;
  let seen = false;
  const front = await openFront({
    seen() {
      seen = true;
      listener?.seen();
    },
    chosen: async (experiment) => listener?.chosen(experiment),
  });
  const secret = newGatewaySecret();
  // Clients print the addresses that they call.
  const masker = createMasker([...secretValues(options.environment), secret].toSorted(longestFirst));
  const journal = openJournal(options.dataFolder, run, front);
  const experiment = options.experiment ?? options.environment.MLFLOW_EXPERIMENT_NAME ?? 'Default';
  const environment = commandEnvironment(options.environment, {
    run,
    url: front.url,
    token: options.environment.AIRWORTHY_TOKEN,
    experiment,
    hookFolder: options.hooks ? journal.folder : undefined,
    seed: options.seed,
    threads: options.threads,
    gateway: options.gateway
      ? openGatewayAddress({ journal, front, environment: options.environment, secret })
      : undefined,
    terminal: options.out.isTTY ? { columns: options.out.columns, rows: options.out.rows } : undefined,
  });
  const gitFirst = await settlesWithin(git, GIT_MS);
  const startedAt = Date.now();
  begin(journal, options, masker, experiment, startedAt);
  const cpuBefore = endedChildrenCpuMs();
  const child = await spawnCommand(options, environment).catch((error: NodeJS.ErrnoException) => {
    front.close();
    journal.discard();
    throw notStarted(options.argv[0], error);
  });
  const log = createLogRecorder(journal);
  return {
    options,
    run,
    child,
    exit: exitOf(child, cpuBefore),
    journal,
    front,
    masker,
    git,
    gitFirst,
    environment,
    startedAt,
    experiment,
    log,
    stdout: passThrough(child.stdout, options.out, masker, (text) => log.take('stdout', text)),
    stderr: passThrough(child.stderr, options.err, masker, (text) => log.take('stderr', text)),
    listenToFront(follower) {
      listener = follower;
      if (seen) follower.seen();
    },
  };
}

const longestFirst = (a: string, b: string) => b.length - a.length;

/** Where there can be no journal, the front must not keep this process. */
function openJournal(dataFolder: string, run: string, front: Front): JournalWriter {
  try {
    return createJournalWriter(dataFolder, run);
  } catch (error) {
    front.close();
    throw error;
  }
}

function begin(
  journal: JournalWriter,
  { argv, name, tags, environment }: RecordOptions,
  masker: Masker,
  experiment: string,
  at: number,
): void {
  const command = maskArguments(argv, masker).join(' ');
  const parent = environment.AIRWORTHY_RUN_ID;
  const user = environment.USER ?? environment.LOGNAME;
  journal.appendNow({
    kind: 'begin',
    at,
    run: journal.run,
    experiment,
    ...(name === undefined ? {} : { name }),
    ...(user ? { user } : {}),
    tags: {
      'mlflow.source.name': command.slice(0, 8_000),
      'mlflow.source.type': 'LOCAL',
      ...(parent ? { 'mlflow.parentRunId': parent } : {}),
      ...tags,
    },
    command: command.slice(0, 8_000),
    recorder: thisProcess(),
  });
}

function spawnCommand(
  { argv, folder }: RecordOptions,
  { environment }: CommandEnvironment,
): Promise<Command> {
  const [command, ...args] = argv;
  return new Promise((settle, fail) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: environment,
      stdio: ['inherit', 'pipe', 'pipe'],
    });
    forwardSignals(child);
    child.once('spawn', () => settle(child));
    child.once('error', fail);
  });
}

function notStarted(command: string, error: NodeJS.ErrnoException): AirworthyError {
  const reason = error.code === 'ENOENT' ? 'there is no such program' : error.message;
  return new AirworthyError('COMMAND_NOT_STARTED', {
    message: `cannot run "${command}": ${reason}`,
    facts: { command },
    cause: error,
  });
}

function exitOf(child: ChildProcess, cpuBefore: number | null): Promise<CommandExit> {
  return new Promise((settle) => {
    child.once('exit', (code, signal) => {
      const cpu = endedChildrenCpuMs();
      const cpuMs = cpu === null || cpuBefore === null ? null : cpu - cpuBefore;
      settle({ code, signal, endedAt: Date.now(), cpuMs });
    });
  });
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((settle) => {
    timer = setTimeout(() => settle(false), ms);
  });
  const settled = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return settled;
}
