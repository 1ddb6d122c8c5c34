import type { StreamedRow } from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { moment } from '../../kernel/figures.ts';
import type { ModelSignature } from '../../models/signature.ts';
import { forgetFailures } from '../../monitoring/index.ts';
import { saveVirtualTime } from '../../store/rehearsal-folder.ts';
import { applyFaults } from './apply-faults.ts';
import { closeHour } from './close-hour.ts';
import { type Course, DAY_MS, HOUR_MS, type ReplayMeans, type ReplayOptions } from './course.ts';
import { findKnown } from './find-known.ts';
import { createLabelHeap, type PendingLabel } from './label-heap.ts';
import { openTraffic, type Traffic } from './open-traffic.ts';
import { createPace } from './pace.ts';
import { parseFault } from './parse-fault.ts';
import { readProgress, saveProgress } from './progress-record.ts';
import { createRequests } from './requests.ts';
import type { ReplayPlan, ReplayProgress } from './schema.ts';
import { createSender } from './send-request.ts';
import { setBack } from './set-back.ts';

/**
 * Sends a dataset to an endpoint in the order of its time, a request a row, and each label when it would have been
 * known. Time is virtual. Each hour the labels known by then are delivered, what is due in monitoring is done and, each
 * so many days, the loop is asked whether to improve the model. After the last request time goes on until every label
 * is known and the last day's windows are closed.
 *
 * Deterministic: the same plan on the same records gives the same predictions, windows, alerts and decisions. A replay
 * that was stopped or killed goes on from its last full hour; what it sends again has the same ids and counts once.
 */
export async function replay(
  means: ReplayMeans,
  plan: ReplayPlan,
  key: string,
  options: ReplayOptions = {},
): Promise<ReplayProgress> {
  const { context, clock, project, endpoints } = means;
  const signature = describeModel(endpoints, plan.endpoint);
  await using traffic = await openTraffic(context, project, signature, plan);
  const faults = applyFaults(plan.inject.map(parseFault), {
    ...signature,
    version: traffic.version,
    seed: plan.seed,
  });
  const toRequest = createRequests(traffic, faults, plan.seed);
  const progress = await takeUp(means, { key, endpoint: plan.endpoint }, traffic);
  options.onBegin?.();
  if (progress.state === 'done') return progress;
  const { task } = signature;
  const pending = createLabelHeap();
  const run = createRun({ means, plan, key, task, toRequest, progress, pending }, options);
  const bar = context.progress.start(`replay ${plan.endpoint}`, traffic.rows.rows, 'requests');
  let read = 0;
  try {
    for await (const rows of traffic.rows.chunks()) {
      for (const row of rows) await run.take(row);
      read += rows.length;
      bar.advance(read, moment(rows[0].time).slice(0, 16));
    }
    return await run.land(traffic.rows.last);
  } finally {
    bar.end();
    saveVirtualTime(context.store.folder, clock.now());
  }
}

/** @throws ENDPOINT_WITHOUT_TASK: there would be no label to deliver. */
function describeModel(endpoints: ReplayMeans['endpoints'], endpoint: string): ModelSignature {
  const { signature } = endpoints.describe(endpoint);
  const { task } = signature;
  if (task) return { ...signature, task };
  throw new AirworthyError('ENDPOINT_WITHOUT_TASK', {
    message: `endpoint "${endpoint}" gives neither a class nor a number, so that no labels can be replayed`,
    at: endpoint,
  });
}

/** Where the replay was, or its beginning. */
async function takeUp(
  { context, clock }: ReplayMeans,
  { key, endpoint }: { key: string; endpoint: string },
  { rows, version }: Traffic,
): Promise<ReplayProgress> {
  const before = await readProgress(context, key);
  if (before && before.dataset !== version.digest) {
    throw new AirworthyError('REPLAY_IMPOSSIBLE', {
      message: `the data is not what this rehearsal began with (version ${before.dataset.slice(0, 12)} then, ${version.digest.slice(0, 12)} now)`,
      remedy: 'Begin another rehearsal with --name, or remove the folder of this one.',
    });
  }
  if (before) {
    clock.moveTo(before.time);
    // The hour that was broken off is sent again; what was refused in it has no id to be known by.
    if (before.state === 'running') await forgetFailures(context, { endpoint, from: before.time });
    return before;
  }
  const time = Math.floor(rows.first / HOUR_MS) * HOUR_MS;
  await setBack(context, time);
  clock.moveTo(time);
  const counts = { predictions: 0, refused: {}, labels: 0, unlabelled: 0 };
  const dataset = version.digest;
  const progress: ReplayProgress = { state: 'running', dataset, began: time, time, counts, decisions: [] };
  await saveProgress(context, key, progress);
  return progress;
}

/** A replay under way. */
interface Run {
  take(row: StreamedRow): Promise<void>;
  /** Lets time go on until nothing more is to come of what was sent. */
  land(last: number): Promise<ReplayProgress>;
}

function createRun(course: Course, options: ReplayOptions): Run {
  const { means, progress, pending, toRequest } = course;
  const { context, clock } = means;
  const send = createSender(course, options);
  const pace = createPace(options.speed);
  /** Requests before it were sent by a process that was stopped. */
  const goesOnAt = progress.time;
  /** Labels of those, if they were answered. */
  let recalled: PendingLabel[] = [];

  async function endHour(landing: boolean): Promise<void> {
    for (const label of await findKnown(context, recalled)) pending.add(label);
    recalled = [];
    await closeHour(course, { landing });
  }

  return {
    async take(row) {
      const request = toRequest(row);
      if (row.time < goesOnAt) {
        if (request.label && request.label.knownAt > goesOnAt) recalled.push(request.label);
        return;
      }
      while (progress.time + HOUR_MS <= row.time) await endHour(false);
      await pace.keep(row.time, context.signal);
      clock.moveTo(row.time);
      await send(row, request);
    },
    async land(last) {
      // A day's window is closed an hour after its end at the latest.
      const dayClosed = (Math.floor(last / DAY_MS) + 1) * DAY_MS + HOUR_MS;
      while (pending.size > 0 || recalled.length > 0 || progress.time < dayClosed) await endHour(true);
      progress.state = 'done';
      await saveProgress(context, course.key, progress);
      return progress;
    },
  };
}
