import type { ProgressEvent } from '../../http/commands/schema.ts';
import type { Progress, ProgressTask } from '../../kernel/progress.ts';

/** A bar that moves this often, in ms, moves smoothly enough. */
const TELL_EVERY = 100;

/** Progress of work here that someone watches elsewhere. */
export function tellProgress(tell: (event: ProgressEvent) => void): Progress {
  let tasks = 0;
  return {
    start(label, total, unit) {
      const task = tasks++;
      let lastTold = 0;
      tell({
        task,
        start: label,
        ...(total === undefined ? {} : { total }),
        ...(unit === undefined ? {} : { unit }),
      });
      return {
        advance(done, note) {
          if (performance.now() - lastTold < TELL_EVERY) return;
          lastTold = performance.now();
          tell({ task, done, ...(note === undefined ? {} : { note }) });
        },
        end: () => tell({ task, end: true }),
      };
    },
  };
}

/** Shows here what `tellProgress` tells there. */
export function showProgress(progress: Progress): (event: ProgressEvent) => void {
  const tasks = new Map<number, ProgressTask>();
  return (event) => {
    if ('start' in event) tasks.set(event.task, progress.start(event.start, event.total, event.unit));
    else if ('done' in event) tasks.get(event.task)?.advance(event.done, event.note);
    else tasks.get(event.task)?.end();
  };
}
