import { toAirworthyError } from '../../kernel/errors.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { Context } from '../../store/ports.ts';
import type { WaitingRequest } from '../batching/admission.ts';
import type { RunFigures } from '../batching/release-queue.ts';
import type { ServedBy } from '../prediction-log/observe-predictions.ts';
import type { PredictionLog } from '../prediction-log/prediction-log.ts';
import { businessKeyOf } from '../records/business-key.ts';
import type { JsonRecord } from '../records/check-records.ts';
import { inSlices } from '../records/in-slices.ts';
import { stagesOf } from '../runtimes/stage-times.ts';
import type { ServingConfig } from '../schema.ts';
import type { RequestCounter, RequestOutcome } from '../statistics/request-figures.ts';
import { type Chosen, chooseArm } from './choose-arm.ts';
import type { ServingSlot } from './endpoint-slot.ts';
import type { AnsweredBy, PredictOptions } from './endpoints.ts';
import type { ServedRelease } from './served-release.ts';
import type { ShadowQueue } from './shadow-queue.ts';
import { predictionIds } from './trace-id.ts';

/** What every request needs. */
export interface AnswerMeans {
  context: Context;
  config: ServingConfig;
  log: PredictionLog;
  /** Are predictions kept or watched? Without, nothing of them is written. */
  logs: boolean;
  counter: RequestCounter | undefined;
  shadows: ShadowQueue;
}

/** A request for which an arm is chosen; that arm's release is held until it is finished. */
export interface Request {
  readonly endpoint: string;
  readonly release: ServedRelease;
  readonly chosen: Chosen;
  readonly served: ServedBy;
  readonly subject: string | null;
  readonly ids: string[];
  readonly parentSpanId: string | null;
  readonly limits: WaitingRequest;
  readonly answeredBy: AnsweredBy;
  /** On the clock of `performance.now()`. */
  readonly started: number;
  /** In microseconds, told by the caller instead of measured. */
  readonly latencyUs: number | undefined;
  /** When the records were read and checked. */
  checked: number;
}

/**
 * Chooses who answers and names the predictions.
 *
 * @param records how many are to be named
 * @throws ARM_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export function beginRequest(
  { context }: AnswerMeans,
  slot: ServingSlot,
  records: number,
  options: PredictOptions,
): Request {
  const started = performance.now();
  const at = context.clock.now();
  const ids = predictionIds(Math.max(1, records), options.traceId, at);
  const chosen = chooseArm(slot, options, options.unit ?? ids[0]);
  const { arm, rollout, propensity, handle } = chosen;
  const { model, version, bundle } = handle.loaded;
  // What was assigned is on record, named by the caller or not: its records belong together.
  const unitKey = options.unit ?? (rollout === null ? null : ids[0]);
  const { endpoint } = slot;
  const { timeoutMs, signal, priority = 'interactive', latencyUs, sampling, chat, subject = null } = options;
  handle.hold();
  return {
    endpoint,
    release: handle.loaded,
    chosen,
    served: { endpoint, model, version, bundle, arm, rollout, propensity, unitKey, at },
    subject,
    ids,
    parentSpanId: options.parentSpanId ?? null,
    limits: {
      deadline: timeoutMs === undefined ? undefined : started + timeoutMs,
      signal: typeof signal === 'function' ? signalOf(handle, signal) : signal,
      priority,
      traceId: ids[0],
      sampling,
      chat,
    },
    answeredBy: { model, modelVersion: version, arm },
    started,
    latencyUs,
    checked: started,
  };
}

/** One that answers at once is done before anybody can leave. */
function signalOf({ loaded }: Chosen['handle'], signal: () => AbortSignal): AbortSignal | undefined {
  return loaded.runtime.immediate ? undefined : signal();
}

/** Gives the release back; its last user lets it close. */
export function endRequest({ chosen }: Request): void {
  chosen.handle.release();
}

/** Logs what was answered and counts the request. */
export async function keepAnswers(
  means: AnswerMeans,
  request: Request,
  records: readonly JsonRecord[],
  answers: readonly Output[],
  figures: RunFigures,
): Promise<void> {
  const latencyUs = Math.round(request.latencyUs ?? (performance.now() - request.started) * 1_000);
  if (means.logs) {
    const { key } = means.config;
    const { served, ids, subject } = request;
    await inSlices(records.length, (index) => {
      const record = records[index];
      const businessKey = key === undefined ? null : businessKeyOf(record, key);
      const prediction = answers[index];
      means.log.add({ ...served, id: ids[index], latencyUs, record, prediction, businessKey, subject });
    });
  }
  const { chosen, ids, endpoint, served } = request;
  if (chosen.shadow)
    means.shadows.add({
      ...{ endpoint, shadow: chosen.shadow, records, answers, ids },
      ...{ unit: served.unitKey ?? ids[0], at: served.at, answeredUs: latencyUs },
    });
  countAnswered(means, request, records.length, figures, answers);
}

export function countAnswered(
  { counter, context }: AnswerMeans,
  { served, release, ids, parentSpanId, started, checked }: Request,
  records: number,
  { queueUs, inferUs, batch }: RunFigures,
  answers: readonly Output[] = [],
): void {
  const { endpoint, model, version, arm } = served;
  counter?.count({
    ...{ traceId: ids[0], parentSpanId },
    ...{ endpoint, model, version, arm, outcome: 'answered', code: null, records, queueUs, inferUs, batch },
    inputUs: (checked - started) * 1_000,
    totalUs: (performance.now() - started) * 1_000,
    at: context.clock.now(),
    stages: release.runtime.immediate ? [] : answers.map(stagesOf),
  });
}

/** Tells who watches, and counts, that a request got no answer. */
export function keepFailure(means: AnswerMeans, request: Request, records: number, thrown: unknown): void {
  const { code, status } = toAirworthyError(thrown);
  const { served, ids, parentSpanId, started } = request;
  means.log.addFailure({ ...served, code, records: Math.max(1, records) });
  const { endpoint, model, version, arm } = served;
  means.counter?.count({
    ...{ traceId: ids[0], parentSpanId },
    ...{ endpoint, model, version, arm, code, records, queueUs: 0, inputUs: 0, inferUs: 0, batch: 0 },
    outcome: OUTCOMES[code] ?? (status < 500 ? 'refused' : 'failed'),
    totalUs: (performance.now() - started) * 1_000,
    at: means.context.clock.now(),
    stages: [stagesOf(thrown)],
  });
}

const OUTCOMES: Partial<Record<string, RequestOutcome>> = {
  OVERLOADED: 'shed',
  DEADLINE_EXCEEDED: 'late',
  REQUEST_ABANDONED: 'left',
};
