import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process that is never taken for another: pids are given away again, and begin anew with the machine. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Both null where the machine does not tell; then only the pid speaks. */
  boot: string | null;
  startTime: string | null;
}

/** Field 22 of /proc/<pid>/stat, counted after the name, which may hold anything but ends with the last bracket. */
const START_TIME_FIELD = 19;

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), boot: bootId(), startTime: startTimeOf(process.pid) };
}

/** Does it still run? Undefined where it is on another host, which cannot be asked. */
export function isAlive({ pid, host, boot, startTime }: ProcessIdentity): boolean | undefined {
  if (host !== hostname()) return undefined;
  if (boot !== bootId()) return false;
  return startTime === null ? hasProcess(pid) : startTimeOf(pid) === startTime;
}

function bootId(): string | null {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/** In clock ticks since the machine started; null where there is no such process, or no /proc. */
function startTimeOf(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended.
  return fields[0] === 'Z' ? null : (fields[START_TIME_FIELD] ?? null);
}

/** Has any process this pid now? Also one that took it over. */
export function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
