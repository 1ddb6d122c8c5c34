import type { Context } from '../../store/ports.ts';
import type { Task } from '../tasks/task.ts';
import type { Unit } from './schedule.ts';

const PAGE = 5_000;

/** Which units are on disk, a bit each. */
export interface DoneUnits {
  has(task: number, unit: Unit): boolean;
}

export async function readDone(
  context: Context,
  run: { evaluation: string; cases: number; trials: number; tasks: readonly Task[] },
): Promise<DoneUnits> {
  const { trials, tasks } = run;
  const bits = tasks.map(() => new Uint8Array(Math.ceil((run.cases * trials) / 8)));
  for (const [number, task] of tasks.entries()) await readTask(context, run, task.name, bits[number]);
  return {
    has(task, { position, trial }) {
      const place = position * trials + trial;
      return (bits[task][place >> 3] & (1 << (place & 7))) !== 0;
    },
  };
}

async function readTask(
  { project, store }: Context,
  { evaluation, trials }: { evaluation: string; trials: number },
  task: string,
  bits: Uint8Array,
): Promise<void> {
  for (let after = -1; ; ) {
    const rows = await store.database.sql
      .selectFrom('case_result')
      .select(['position', 'trial'])
      .where('project', '=', project)
      .where('evaluation', '=', evaluation)
      .where('task', '=', task)
      .where('position', '>', after)
      .orderBy('position')
      .orderBy('trial')
      .limit(PAGE * trials)
      .execute();
    for (const { position, trial } of rows) {
      const place = Number(position) * trials + trial;
      bits[place >> 3] |= 1 << (place & 7);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE * trials) return;
    // The last case may not be read to its end.
    after = Number(last.position) - 1;
  }
}
