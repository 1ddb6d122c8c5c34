import { newId } from '../../kernel/ids.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { ShadowAnswer } from '../endpoints/router.ts';
import type { ServedFailure, ServedPrediction } from '../prediction-log/observe-predictions.ts';
import { placeUnit } from './assign-arm.ts';
import { type Cell, createIncrements, type Increments } from './increments.ts';
import { isInvalid, isRefusal, labelOf, readCost, readScore } from './read-output.ts';
import { addValue } from './samples.ts';

/** What counting needs to know of a rollout under way. */
export interface CountedRollout {
  id: string;
  salt: string;
  slowUs: number | null;
  /** The arm that sees what was answered. */
  challenger: string;
  /** The phase in which this process assigned units at that time; undefined: before the first. */
  phaseAt(at: number): number | undefined;
}

/** Codes that are nobody's fault but the caller's: the release does not take such records. */
const REFUSED: ReadonlySet<string> = new Set([
  'RECORD_INVALID',
  'TENSOR_INVALID',
  'CALL_UNSUITABLE',
  'BATCH_TOO_LARGE',
]);
/** Codes that tell of the machine or the caller, and nothing of the release. */
const NEUTRAL: ReadonlySet<string> = new Set([
  'OVERLOADED',
  'REQUEST_ABANDONED',
  'ENDPOINT_NOT_READY',
  'IDEMPOTENCY_CONFLICT',
  'EXPLANATION_UNAVAILABLE',
  'EXPLANATION_TOO_COSTLY',
]);

/** Counts requests into increments, to be written in one go. */
export interface Counts extends Pick<Increments, 'isEmpty' | 'write'> {
  /** The predictions of one request. */
  addRequest(rollout: CountedRollout, served: readonly ServedPrediction[]): void;
  addFailure(rollout: CountedRollout, failure: ServedFailure): void;
  /** What a shadow arm said beside what was answered. Returns whether that was something else. */
  addShadow(rollout: CountedRollout, answer: ShadowAnswer): boolean;
  addDropped(rollout: CountedRollout, at: number, requests: number): void;
}

export function createCounts(): Counts {
  const increments = createIncrements();
  /** Undefined where no unit was assigned at that time. */
  const cellAt = (rollout: CountedRollout, arm: string, { at, unit }: { at: number; unit: string }) => {
    const phase = rollout.phaseAt(at);
    if (phase === undefined) return undefined;
    const { shard } = placeUnit(rollout.salt, unit);
    return increments.cellOf({ rollout: rollout.id, phase, arm, shard });
  };
  return {
    isEmpty: increments.isEmpty,
    write: increments.write,
    addRequest(rollout, served) {
      const [{ at, arm, unitKey, id }] = served;
      const unit = unitKey ?? id;
      const cell = cellAt(rollout, arm, { at, unit });
      if (cell) countRequest(increments, cell, served, { unit, slowUs: rollout.slowUs });
    },
    addFailure(rollout, { at, arm, unitKey, code }) {
      if (NEUTRAL.has(code)) return;
      const unit = unitKey ?? newId();
      const cell = cellAt(rollout, arm, { at, unit });
      if (cell) countFailure(increments, cell, code, unit);
    },
    addShadow(rollout, answer) {
      const cell = cellAt(rollout, rollout.challenger, { at: answer.at, unit: answer.id });
      return cell !== undefined && countShadow(increments, cell, answer);
    },
    addDropped(rollout, at, requests) {
      const cell = cellAt(rollout, rollout.challenger, { at, unit: '' });
      if (cell) cell.dropped += requests;
    },
  };
}

function countRequest(
  increments: Increments,
  cell: Cell,
  served: readonly ServedPrediction[],
  { unit, slowUs }: { unit: string; slowUs: number | null },
): void {
  const [{ latencyUs }] = served;
  cell.sums.requests += 1;
  addValue(cell.sums.latency, logOf(latencyUs));
  increments.addLatency(cell, latencyUs);
  if (slowUs !== null && latencyUs > slowUs) increments.addIncident(cell, 'slow', unit);
  for (const { prediction } of served) {
    countFaults(increments, cell, prediction, unit);
    const [score, cost] = [readScore(prediction), readCost(prediction)];
    if (score !== null) addValue(cell.sums.score, score);
    if (cost !== null) addValue(cell.sums.cost, cost);
  }
}

function countFaults(increments: Increments, cell: Cell, output: Output, unit: string): void {
  if (isInvalid(output)) increments.addIncident(cell, 'invalid', unit);
  if (isRefusal(output)) increments.addIncident(cell, 'refused', unit);
}

function countFailure(increments: Increments, cell: Cell, code: string, unit: string): void {
  cell.sums.requests += 1;
  increments.addIncident(cell, REFUSED.has(code) ? 'refused' : 'failed', unit);
}

/** Did the shadow say something else? */
function countShadow(
  increments: Increments,
  cell: Cell,
  { id, answered, answeredUs, shadow, shadowUs }: ShadowAnswer,
): boolean {
  if ('code' in shadow) {
    // It waited for a machine that had better things to do.
    const unfair = NEUTRAL.has(shadow.code) || shadow.code === 'DEADLINE_EXCEEDED';
    if (unfair) cell.dropped += 1;
    else countFailure(increments, cell, shadow.code, id);
    return !unfair;
  }
  cell.sums.requests += 1;
  addValue(cell.sums.latency, logOf(shadowUs) - logOf(answeredUs));
  increments.addLatency(cell, shadowUs);
  countFaults(increments, cell, shadow.output, id);
  const [before, after] = [readScore(answered), readScore(shadow.output)];
  if (before !== null && after !== null) addValue(cell.sums.score, after - before);
  const differs = labelOf(answered) !== labelOf(shadow.output);
  if (differs) cell.sums.disagreed += 1;
  return differs;
}

/** Latencies below a microsecond are told apart by nobody. */
function logOf(us: number): number {
  return Math.log(Math.max(1, us));
}
