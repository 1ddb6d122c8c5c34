import { recordLabels } from '../../feedback/index.ts';
import { prunePredictions } from '../../serving/index.ts';
import { saveVirtualTime } from '../../store/rehearsal-folder.ts';
import { type Course, DAY_MS, HOUR_MS } from './course.ts';
import { decide } from './decide.ts';
import type { PendingLabel } from './label-heap.ts';
import { saveProgress } from './progress-record.ts';

/** Labels a request. */
const LABELS = 5_000;

/**
 * Ends the hour that the replay is in: everything sent is written, the labels known by then are delivered, monitoring
 * does what is due, the loop is asked where its day has come. Then the hour is on record.
 */
export async function closeHour(course: Course, { landing }: { landing: boolean }): Promise<void> {
  const { means, plan, key, progress, pending } = course;
  const { context, clock, endpoints } = means;
  context.signal?.throwIfAborted();
  const end = progress.time + HOUR_MS;
  clock.moveTo(end);
  await endpoints.flush();
  await deliver(course, pending.takeKnown(end));
  // After the last request, that no other comes is no fault.
  await (landing ? means.closeWindows() : means.watch());
  if (end % DAY_MS === 0) await closeDay(course, end);
  if (isDecisionDue(course, end)) {
    progress.decisions.push(await decide(means, plan.endpoint));
    // What was promoted serves from now on.
    await endpoints.restore();
  }
  progress.time = end;
  await saveProgress(context, key, progress);
}

async function deliver(
  { means, plan, task, progress }: Course,
  known: readonly PendingLabel[],
): Promise<void> {
  for (let from = 0; from < known.length; from += LABELS) {
    const labels = known.slice(from, from + LABELS).map((label) => ({ ...label, source: 'replay' }));
    await recordLabels(means.context, { endpoint: plan.endpoint, labels, task });
    progress.counts.labels += labels.length;
  }
}

async function closeDay({ means: { context, project } }: Course, end: number): Promise<void> {
  await prunePredictions(context, project.config.serving.predictionLog.retentionDays);
  saveVirtualTime(context.store.folder, end);
}

function isDecisionDue({ plan, progress }: Course, now: number): boolean {
  if (plan.decideEveryDays === undefined) return false;
  const first = Math.floor(progress.began / DAY_MS) * DAY_MS;
  return now > first && (now - first) % (plan.decideEveryDays * DAY_MS) === 0;
}
