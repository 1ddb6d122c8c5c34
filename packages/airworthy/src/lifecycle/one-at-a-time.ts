import { AirworthyError } from '../kernel/errors.ts';
import type { Context } from '../store/ports.ts';

/** What this process is doing to projects now; other processes are kept out by the lock of the data folder. */
const underWay = new Map<string, string>();

/**
 * Runs a piece of work that trains, judges or promotes, while no other such work is done to the project: two at once
 * could each promote what they judged. Throws WORK_UNDER_WAY.
 *
 * @param doing in words, for whoever comes second: `shipping`
 */
export async function oneAtATime<Result>(
  context: Context,
  doing: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { store, project } = context;
  // Now rather than at the first write, which may come after minutes of reading.
  store.lock.claim();
  const name = `${store.folder}\n${project}`;
  const other = underWay.get(name);
  if (other !== undefined) {
    throw new AirworthyError('WORK_UNDER_WAY', {
      message: `process ${process.pid} is ${other} the project ${project} already`,
      facts: { pid: process.pid },
    });
  }
  underWay.set(name, doing);
  try {
    return await work();
  } finally {
    underWay.delete(name);
  }
}
