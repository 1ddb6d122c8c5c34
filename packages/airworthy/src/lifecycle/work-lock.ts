import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { AirworthyError } from '../kernel/errors.ts';
import type { Context } from '../store/ports.ts';

/** Who does a piece of work right now. */
interface Holder {
  host: string;
  pid: number;
  /** When the process started, in the kernel's ticks: a pid alone may have been given to another process since. */
  born: string;
}

/**
 * Does a piece of work that only one process may do at a time in a project. The lock is a row of the journal, so
 * taking it is atomic; a lock whose process is gone is taken over. Throws WORK_UNDER_WAY where another holds it.
 */
export async function withWorkLock<Result>(
  context: Context,
  work: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const name = [context.store.folder, context.project, work].join('\n');
  if (heldHere.has(name)) throw underWay(context, work, currentHolder(), undefined);
  heldHere.add(name);
  try {
    await acquire(context, work);
    return await run().finally(() => release(context, work));
  } finally {
    heldHere.delete(name);
  }
}

/** The locks this process holds. A row with its own pid that is not among them was left over by work that ended. */
const heldHere = new Set<string>();

async function acquire(context: Context, work: string): Promise<void> {
  const now = context.clock.now();
  const taken = { state: 'running' as const, output_json: JSON.stringify(currentHolder()), started_at: now };
  await context.store.database.write(async (sql) => {
    const row = await sql
      .selectFrom('journal_step')
      .select(['state', 'output_json', 'started_at'])
      .where('project', '=', context.project)
      .where('key', '=', lockKey(work))
      .executeTakeFirst();
    if (row?.state === 'running' && row.output_json !== null) {
      const holder = JSON.parse(row.output_json) as Holder;
      if (isAlive(holder)) throw underWay(context, work, holder, row.started_at);
    }
    await sql
      .insertInto('journal_step')
      .values({ project: context.project, key: lockKey(work), work, step: 'lock', ended_at: null, ...taken })
      .onConflict((conflict) =>
        conflict.columns(['project', 'key']).doUpdateSet({ ...taken, ended_at: null }),
      )
      .execute();
  });
}

async function release(context: Context, work: string): Promise<void> {
  const ended_at = context.clock.now();
  await context.store.database
    .write((sql) =>
      sql
        .updateTable('journal_step')
        .set({ state: 'done', ended_at })
        .where('project', '=', context.project)
        .where('key', '=', lockKey(work))
        .execute(),
    )
    // Not worth an error of its own (a full disk): a row that stays is recognised as stale.
    .catch(() => {});
}

function lockKey(work: string): string {
  return `lock:${work}`;
}

function currentHolder(): Holder {
  return { host: hostname(), pid: process.pid, born: bornAt(process.pid) };
}

function underWay(context: Context, work: string, holder: Holder, since: number | undefined): AirworthyError {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  const when = since === undefined ? '' : ` since ${new Date(since).toISOString()}`;
  return new AirworthyError('WORK_UNDER_WAY', {
    message: `process ${holder.pid}${where} has been at "${work}" of project ${context.project}${when}`,
    facts: { ...holder, work, ...(since === undefined ? {} : { since }) },
  });
}

/** Whether a process of another machine lives cannot be told from here, so it is taken to. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder.born === bornAt(holder.pid);
}

/** Field 22 of /proc/PID/stat; empty where there is no /proc, and then the pid alone decides. */
function bornAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}
