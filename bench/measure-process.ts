import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export const TICKS_PER_SECOND = 100;
const POLL_EVERY = 20;

export interface Measurement {
  exitCode: number | null;
  /** Seconds. */
  wall: number;
  /** User and system seconds of the process and the children it waited for. */
  cpu: number;
  /** Highest resident set of the process itself, in MiB. */
  peak: number;
  output: string;
}

/** Runs a program to its end and reads its CPU time and peak memory from /proc (Linux). */
export async function measureProcess(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Measurement> {
  const begin = performance.now();
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  let usage = { cpu: 0, peak: 0, resident: 0 };
  const poll = setInterval(() => {
    const now = readUsage(child);
    // A process that has just ended has no memory left to read.
    if (now) usage = { ...now, peak: Math.max(usage.peak, now.peak) };
  }, POLL_EVERY);
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(poll);
  return {
    exitCode,
    wall: (performance.now() - begin) / 1000,
    cpu: usage.cpu,
    peak: usage.peak,
    output: Buffer.concat(chunks).toString(),
  };
}

/** CPU seconds and present resident MiB of a process and all that it started, as long as they run. */
export function readTreeUsage(pid: number | undefined): { cpu: number; resident: number } {
  const usages = treeOf(pid).map((each) => readUsage({ pid: each }));
  return {
    cpu: usages.reduce((sum, usage) => sum + (usage?.cpu ?? 0), 0),
    resident: usages.reduce((sum, usage) => sum + (usage?.resident ?? 0), 0),
  };
}

/** Kills a process and all that it started: workers outlive a parent that had no time to tell them. */
export function killTree(pid: number | undefined): void {
  for (const each of treeOf(pid))
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // Gone since it was listed.
    }
}

/** A process and all that it started, the process first. */
function treeOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return [pid, ...children.flatMap((child) => treeOf(Number(child)))];
}

function parentOf(pid: string): number | undefined {
  try {
    return readStat(pid)[1];
  } catch {
    return undefined;
  }
}

/** The numbers of /proc/PID/stat from the process's state on, which is none; times in hundredths of a second (Linux). */
export function readStat(pid: number | string | undefined): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

/** CPU seconds, peak and present resident MiB of a running process; undefined once it is gone. */
export function readUsage({
  pid,
}: Pick<ChildProcess, 'pid'>): { cpu: number; peak: number; resident: number } | undefined {
  try {
    const fields = readStat(pid);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mebibytes = (key: string) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
    return {
      cpu: (fields[11] + fields[12] + fields[13] + fields[14]) / TICKS_PER_SECOND,
      peak: mebibytes('VmHWM'),
      resident: mebibytes('VmRSS'),
    };
  } catch {
    return undefined;
  }
}
