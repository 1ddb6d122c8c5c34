import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import { type CommandTrainer, showCommand } from './command.ts';
import type { OutputLog } from './output-log.ts';

export interface ProgramPlace {
  /** Where it is started. */
  folder: string;
  env: Record<string, string>;
  /** Takes standard output and standard error, in the order they come. */
  log: OutputLog;
  onOutput: () => void;
  signal: AbortSignal | undefined;
}

/** Elsewhere only the program itself can be ended, not what it started. */
const HAS_GROUPS = process.platform !== 'win32';

/** Between asking a program to end and making it, in ms. */
const GRACE_MS = 5_000;
/** How long output may still come from pipes that a child of the ended program holds open, in ms. */
const DRAIN_MS = 1_000;

/**
 * Runs a trainer's program to its end, as a process group of its own, so that what it started ends with it.
 *
 * @throws TRAINER_FAILED, TRAINER_TIMED_OUT with the last lines it printed; the signal's reason when aborted.
 */
export async function runProgram(trainer: CommandTrainer, place: ProgramPlace): Promise<void> {
  place.signal?.throwIfAborted();
  const [program, ...args] = trainer.words;
  const child = spawn(program, args, {
    cwd: place.folder,
    env: place.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: HAS_GROUPS,
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, 'close').catch(() => {});
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      place.log.add(chunk);
      place.onOutput();
    });
  }
  const stopping = new AbortController();
  const timeout = setTimeout(() => stopping.abort('timeout'), trainer.timeoutSeconds * 1_000);
  const signals = AbortSignal.any([stopping.signal, ...(place.signal ? [place.signal] : [])]);
  const stop = (): void => endGroup(child, ended);
  const killWithUs = (): void => signalGroup(child, 'SIGKILL');
  signals.addEventListener('abort', stop, { once: true });
  process.once('exit', killWithUs);
  try {
    const [code, signal] = await ended;
    // What it left running in the background would go on after its folders are gone.
    signalGroup(child, 'SIGKILL');
    await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
    place.signal?.throwIfAborted();
    if (stopping.signal.aborted) throw timedOut(trainer, place.log);
    if (code !== 0) throw failed(trainer, place.log, code, signal);
  } catch (error) {
    throw AirworthyError.is(error) || place.signal?.aborted ? error : notStarted(trainer, error);
  } finally {
    clearTimeout(timeout);
    signals.removeEventListener('abort', stop);
    process.removeListener('exit', killWithUs);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function endGroup(child: ChildProcess, ended: Promise<unknown>): void {
  signalGroup(child, 'SIGTERM');
  const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
  void ended.catch(() => {}).finally(() => clearTimeout(insist));
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(HAS_GROUPS ? -pid : pid, signal);
  } catch {
    // The group has ended already.
  }
}

function failed(
  trainer: CommandTrainer,
  log: OutputLog,
  exitCode: number | null,
  signal: NodeJS.Signals | null,
): AirworthyError {
  const how = signal === null ? `with exit code ${exitCode}` : `by signal ${signal}`;
  return ended('TRAINER_FAILED', trainer, log, `ended ${how}`, { exitCode, signal });
}

function timedOut(trainer: CommandTrainer, log: OutputLog): AirworthyError {
  const { timeoutSeconds } = trainer;
  return ended('TRAINER_TIMED_OUT', trainer, log, `was stopped after ${timeoutSeconds} s`, {
    timeoutSeconds,
  });
}

function ended(
  code: 'TRAINER_FAILED' | 'TRAINER_TIMED_OUT',
  trainer: CommandTrainer,
  log: OutputLog,
  how: string,
  facts: Record<string, unknown>,
): AirworthyError {
  const lastLines = log.lastLines();
  const said = lastLines === '' ? 'it printed nothing' : `its last lines:\n${lastLines}`;
  return new AirworthyError(code, {
    message: `"${showCommand(trainer)}" ${how}; ${said}`,
    at: 'training.trainer',
    facts: { ...facts, lastLines },
  });
}

function notStarted(trainer: CommandTrainer, cause: unknown): AirworthyError {
  const [program] = trainer.words;
  const absent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new AirworthyError('TRAINER_FAILED', {
    message: absent
      ? `there is no program "${program}" on this machine's PATH`
      : `"${showCommand(trainer)}" cannot be started: ${(cause as Error).message}`,
    at: 'training.trainer',
    ...(absent ? { remedy: `Install ${program}, or name the program that runs the script.` } : {}),
    cause,
  });
}
