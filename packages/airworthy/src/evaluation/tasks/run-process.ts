import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

const STDERR_TAIL = 2_000;
/** How long a process that is told to end may take to do so. */
const GRACE_MS = 2_000;

/** A command as it is started: a text goes through the shell, words do not. */
export interface CommandLine {
  command: string | readonly string[];
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** A process that leads a group of its own, so that what it started ends with it. */
export interface StartedProcess {
  child: ChildProcessWithoutNullStreams;
  /** The end of what it wrote to standard error. */
  complaint(): string;
  /** Ends the whole group. */
  stop(): void;
}

export function startProcess({ command, folder, environment }: CommandLine): StartedProcess {
  const options = { cwd: folder, env: environment, detached: true };
  const child =
    typeof command === 'string'
      ? spawn(command, { ...options, shell: true })
      : spawn(command[0], command.slice(1), options);
  let tail = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_TAIL);
  });
  // It may end before it has read its input; how it ended tells more than the broken pipe.
  child.stdin.on('error', () => {});
  const kill = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Nobody of the group is left.
    }
  };
  const orphan = () => kill('SIGKILL');
  process.on('exit', orphan);
  child.on('close', () => process.removeListener('exit', orphan));
  return {
    child,
    complaint: () => tail.trim(),
    stop() {
      kill('SIGTERM');
      setTimeout(kill, GRACE_MS, 'SIGKILL').unref();
    },
  };
}

/** How a process ended that should not have: `ended with 3: …`. */
export function endingOf(code: number | null, signal: NodeJS.Signals | null, complaint: string): string {
  const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
  return complaint === '' ? how : `${how}: ${complaint}`;
}
