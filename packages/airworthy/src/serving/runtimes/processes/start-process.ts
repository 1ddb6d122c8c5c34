import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** Elsewhere only the program itself can be ended, not what it started. */
const HAS_GROUPS = process.platform !== 'win32';
const COMPLAINT_CHARACTERS = 2_000;

export interface ProcessLine {
  words: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** A process that leads a group of its own, so that what it started ends with it. */
export interface StartedProcess {
  pid: number | undefined;
  input: Writable;
  output: Readable;
  /** What comes on file descriptor 3, which nothing prints to by accident. */
  answers: Readable;
  /** Resolves with how it ended, or that it cannot be started. */
  ended: Promise<ProcessEnd>;
  /** Ends the whole group at once. */
  kill(): void;
}

export interface ProcessEnd {
  /** `ended with 1: …`, with the end of what it wrote to standard error. */
  how: string;
  /** The program is not on this machine. */
  missing: boolean;
}

/** One listener for all: Node warns of many. */
const running = new Set<() => void>();
const killAll = (): void => {
  for (const kill of running) kill();
};

export function startProcess({ words, folder, environment }: ProcessLine): StartedProcess {
  const [program, ...args] = words;
  const child = spawn(program, args, {
    cwd: folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: HAS_GROUPS,
  });
  const kill = () => {
    // Whoever kills waits for the end.
    child.ref();
    killGroup(child);
  };
  // What is still computing must not outlive the server.
  if (running.size === 0) process.on('exit', killAll);
  running.add(kill);
  const guard = guardGroup(child);
  const ended = endOf(child, program).finally(() => {
    running.delete(kill);
    if (running.size === 0) process.removeListener('exit', killAll);
    guard?.kill('SIGKILL');
    // What it left running in the background ends with it.
    kill();
  });
  const input = child.stdio[0] as Writable;
  const [output, answers] = [child.stdio[1], child.stdio[3]] as Readable[];
  // It may end before it has read its input; how it ended tells more than the broken pipe.
  for (const stream of [input, output, answers]) stream.on('error', () => {});
  // A service that waits keeps nobody from ending; a question does, by its timer.
  child.unref();
  for (const stream of child.stdio) (stream as Socket | null)?.unref();
  return { pid: child.pid, input, output, answers, ended, kill };
}

function endOf(child: ChildProcess, program: string): Promise<ProcessEnd> {
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-COMPLAINT_CHARACTERS);
  });
  return new Promise((settle) => {
    child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const missing = code === 'ENOENT' || code === 'EACCES';
      settle({
        missing,
        how: missing
          ? `there is no program "${program}" to be started here`
          : `cannot be started: ${message}`,
      });
    });
    // Not `close`: a child of its own may hold the pipes open for ever.
    child.once('exit', (code, signal) => {
      setImmediate(() => {
        const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
        const said = complaint.trim();
        settle({ missing: false, how: said === '' ? how : `${how}: ${said}` });
      });
    });
  });
}

/**
 * Ends the group where this process dies without a word: a shell waits for its own input to end, which then nobody holds
 * open any more. Code that computes for ever does not notice by itself.
 */
function guardGroup({ pid }: ChildProcess): ChildProcess | undefined {
  if (pid === undefined || !HAS_GROUPS) return undefined;
  const words = ['-c', 'read -r _; kill -s KILL -- "-$1"', 'sh', String(pid)];
  const guard = spawn('/bin/sh', words, { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  // Where there is no shell, the service still ends when it looks for its next question.
  guard.once('error', () => {});
  guard.stdin?.on('error', () => {});
  guard.unref();
  (guard.stdin as Socket | null)?.unref();
  return guard;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(HAS_GROUPS ? -pid : pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}
