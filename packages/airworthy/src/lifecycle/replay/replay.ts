import type { StreamedRow } from '../../data/index.ts';
import { recordLabels } from '../../feedback/index.ts';
import type { VirtualClock } from '../../kernel/clock.ts';
import { toAirworthyError } from '../../kernel/errors.ts';
import { moment } from '../../kernel/figures.ts';
import type { Task } from '../../models/table.ts';
import type { Prediction } from '../../models/to-prediction.ts';
import type { Project } from '../../project/load-project.ts';
import { type Endpoints, prunePredictions } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { saveVirtualTime } from '../../store/rehearsal-folder.ts';
import { applyFaults } from './apply-faults.ts';
import { type DecisionMeans, decide } from './decide.ts';
import { findKnown } from './find-known.ts';
import { createLabelHeap, type PendingLabel } from './label-heap.ts';
import { openTraffic, type Traffic } from './open-traffic.ts';
import { createPace } from './pace.ts';
import { parseFault } from './parse-fault.ts';
import { readProgress, saveProgress } from './progress-record.ts';
import { createRequests, type ReplayRequest } from './requests.ts';
import type { ReplayPlan, ReplayProgress } from './schema.ts';
import { setBack } from './set-back.ts';

export interface ReplayMeans extends DecisionMeans {
  /** Of a rehearsal folder; its clock is the virtual one. */
  context: Context;
  project: Project;
  clock: VirtualClock;
  endpoints: Endpoints;
  /** Does what is due in monitoring at the virtual time. */
  watch(): Promise<unknown>;
  /** The same without minding that nothing comes in any more. */
  closeWindows(): Promise<unknown>;
}

export interface ReplayOptions {
  /** Virtual milliseconds a millisecond; as fast as it goes where absent. */
  speed?: number | undefined;
  /** Told when everything that is asked for has been found, before the first request. */
  onBegin?: () => void;
  /** Told of each prediction that this process was given. */
  onPrediction?: (row: StreamedRow, prediction: Prediction, version: number) => void;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Labels a request. */
const LABELS = 5_000;
/** Predictions that may wait to be written: far below the queue's bound, so that none is shed. */
const UNWRITTEN = 2_000;

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
  const { signature } = endpoints.describe(plan.endpoint);
  await using traffic = await openTraffic(context, project, signature, plan);
  const faults = applyFaults(plan.inject.map(parseFault), {
    ...signature,
    version: traffic.version,
    seed: plan.seed,
  });
  const toRequest = createRequests(traffic, faults, plan.seed);
  const progress = await takeUp(means, key, traffic);
  options.onBegin?.();
  const run = createRun(means, { plan, key, toRequest, task: signature.task }, progress, options);
  const task = context.progress.start(`replay ${plan.endpoint}`, traffic.rows.rows, 'requests');
  let read = 0;
  try {
    for await (const rows of traffic.rows.chunks()) {
      for (const row of rows) await run.take(row);
      read += rows.length;
      task.advance(read, moment(rows[0].time).slice(0, 16));
    }
    return await run.land(traffic.rows.last);
  } finally {
    task.end();
    saveVirtualTime(context.store.folder, clock.now());
  }
}

/** Where the replay was, or its beginning. */
async function takeUp(
  { context, clock }: ReplayMeans,
  key: string,
  { rows }: Traffic,
): Promise<ReplayProgress> {
  const before = await readProgress(context, key);
  if (before) {
    clock.moveTo(before.time);
    return before;
  }
  const time = Math.floor(rows.first / HOUR_MS) * HOUR_MS;
  await setBack(context, time);
  clock.moveTo(time);
  const counts = { predictions: 0, refused: {}, labels: 0, unlabelled: 0 };
  const progress: ReplayProgress = { state: 'running', began: time, time, counts, decisions: [] };
  await saveProgress(context, key, progress);
  return progress;
}

/** A replay under way. */
interface Run {
  take(row: StreamedRow): Promise<void>;
  /** Lets time go on until nothing more is to come of what was sent. */
  land(last: number): Promise<ReplayProgress>;
}

interface Course {
  plan: ReplayPlan;
  key: string;
  task: Task;
  toRequest: (row: StreamedRow) => ReplayRequest;
}

function createRun(
  means: ReplayMeans,
  { plan, key, task, toRequest }: Course,
  start: ReplayProgress,
  { speed, onPrediction }: ReplayOptions,
): Run {
  const { context, clock, endpoints, project } = means;
  const pending = createLabelHeap();
  const pace = createPace(speed);
  const progress = structuredClone(start);
  const { counts } = progress;
  let unwritten = 0;
  /** The last request is answered: that no other comes is no fault. */
  let landing = false;
  /** Labels of requests that were sent before this process began. */
  let recalled: PendingLabel[] = [];

  async function take(row: StreamedRow): Promise<void> {
    const request = toRequest(row);
    if (row.time < start.time) {
      if (request.label && request.label.knownAt > start.time) recalled.push(request.label);
      return;
    }
    await advanceTo(row.time);
    await send(row, request);
  }

  async function send(row: StreamedRow, { id, record, latencyUs, label }: ReplayRequest): Promise<void> {
    try {
      const answer = await endpoints.predict(plan.endpoint, [record], { traceId: id, latencyUs });
      counts.predictions++;
      if (label) pending.add(label);
      else counts.unlabelled++;
      onPrediction?.(row, answer.predictions[0], answer.modelVersion);
    } catch (error) {
      const { code } = toAirworthyError(error);
      // What is wrong with a record is part of the rehearsal; anything else is not.
      if (code !== 'RECORD_INVALID') throw error;
      counts.refused[code] = (counts.refused[code] ?? 0) + 1;
    }
    if (++unwritten < UNWRITTEN) return;
    unwritten = 0;
    await endpoints.flush();
  }

  async function advanceTo(time: number): Promise<void> {
    while (progress.time + HOUR_MS <= time) await closeHour(progress.time + HOUR_MS);
    await pace.keep(time, context.signal);
    clock.moveTo(time);
  }

  async function closeHour(end: number): Promise<void> {
    context.signal?.throwIfAborted();
    if (recalled.length > 0) {
      for (const label of await findKnown(context, recalled)) pending.add(label);
      recalled = [];
    }
    clock.moveTo(end);
    await endpoints.flush();
    await deliver(pending.takeKnown(end));
    await (landing ? means.closeWindows() : means.watch());
    if (end % DAY_MS === 0) await closeDay(end);
    if (isDecisionDue(end)) {
      progress.decisions.push(await decide(means, plan.endpoint));
      // What was promoted serves from now on.
      await endpoints.restore();
    }
    await save('running', end);
  }

  async function deliver(known: readonly PendingLabel[]): Promise<void> {
    for (let from = 0; from < known.length; from += LABELS) {
      const labels = known.slice(from, from + LABELS).map((label) => ({ ...label, source: 'replay' }));
      await recordLabels(context, { endpoint: plan.endpoint, labels, task });
      counts.labels += labels.length;
    }
  }

  function isDecisionDue(now: number): boolean {
    if (plan.decideEveryDays === undefined) return false;
    const first = Math.floor(progress.began / DAY_MS) * DAY_MS;
    return now > first && (now - first) % (plan.decideEveryDays * DAY_MS) === 0;
  }

  async function closeDay(end: number): Promise<void> {
    await prunePredictions(context, project.config.serving.predictionLog.retentionDays);
    saveVirtualTime(context.store.folder, end);
  }

  async function save(state: ReplayProgress['state'], time: number): Promise<void> {
    Object.assign(progress, { state, time });
    await saveProgress(context, key, progress);
  }

  return {
    take,
    async land(last) {
      landing = true;
      // A day's window is closed an hour after its end at the latest.
      const dayClosed = (Math.floor(last / DAY_MS) + 1) * DAY_MS + HOUR_MS;
      while (pending.size > 0 || recalled.length > 0 || progress.time < dayClosed) {
        await closeHour(progress.time + HOUR_MS);
      }
      await save('done', progress.time);
      return progress;
    },
  };
}
