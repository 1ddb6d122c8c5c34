import { newId } from '../../kernel/ids.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { ShadowAnswer, ShadowedRecord } from '../endpoints/router.ts';
import type { ServedBy, ServedFailure, ServedPrediction } from '../prediction-log/observe-predictions.ts';
import { placeUnit } from './assign-arm.ts';
import { type Cell, createIncrements, type Increments } from './increments.ts';
import { isInvalid, isRefusal, labelOf, readCost, readScore } from './read-output.ts';
import { addValue, type IncidentKind } from './samples.ts';

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

/** What a failure tells of an arm; any other code is one of its failures. */
const TELLS: Partial<Record<string, IncidentKind>> = {
  RECORD_INVALID: 'refused',
  TENSOR_INVALID: 'refused',
  CALL_UNSUITABLE: 'refused',
  BATCH_TOO_LARGE: 'refused',
  EXPLANATION_UNAVAILABLE: 'refused',
  EXPLANATION_TOO_COSTLY: 'refused',
  // Who does not wait for an arm says that it is slow.
  REQUEST_ABANDONED: 'slow',
};

/** Counts requests into increments, to be written in one go. */
export interface Counts extends Pick<Increments, 'isEmpty' | 'write'> {
  /** The predictions of one request. */
  addRequest(rollout: CountedRollout, served: readonly ServedPrediction[]): void;
  addFailure(rollout: CountedRollout, failure: ServedFailure): void;
  /** A request that was answered, of which nothing more is known. */
  addAnswered(rollout: CountedRollout, served: ServedBy): void;
  /** What a shadow arm said beside what was answered. Returns the records of which it said something else. */
  addShadow(rollout: CountedRollout, answer: ShadowAnswer): ShadowedRecord[];
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
      const unit = unitKey ?? newId();
      const cell = cellAt(rollout, arm, { at, unit });
      if (cell) countFailure(increments, cell, code, unit);
    },
    addAnswered(rollout, { at, arm, unitKey }) {
      const cell = cellAt(rollout, arm, { at, unit: unitKey ?? newId() });
      if (cell) cell.sums.requests += 1;
    },
    addShadow(rollout, answer) {
      const cell = cellAt(rollout, rollout.challenger, answer);
      return cell === undefined ? [] : countShadow(increments, cell, answer);
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
  const outputs = served.map(({ prediction }) => prediction);
  countFaults(increments, cell, outputs, unit);
  for (const output of outputs) {
    const [score, cost] = [readScore(output), readCost(output)];
    if (score !== null) addValue(cell.sums.score, score);
    if (cost !== null) addValue(cell.sums.cost, cost);
  }
}

/** Of a request, however many of its answers are at fault. */
function countFaults(increments: Increments, cell: Cell, outputs: readonly Output[], unit: string): void {
  if (outputs.some(isInvalid)) increments.addIncident(cell, 'invalid', unit);
  if (outputs.some(isRefusal)) increments.addIncident(cell, 'refused', unit);
}

function countFailure(increments: Increments, cell: Cell, code: string, unit: string): void {
  cell.sums.requests += 1;
  increments.addIncident(cell, TELLS[code] ?? 'failed', unit);
}

function countShadow(
  increments: Increments,
  cell: Cell,
  { unit, answeredUs, shadowUs, records }: ShadowAnswer,
): ShadowedRecord[] {
  const [{ shadow: first }] = records;
  if ('code' in first) {
    countFailure(increments, cell, first.code, unit);
    return [...records];
  }
  cell.sums.requests += 1;
  addValue(cell.sums.latency, logOf(shadowUs) - logOf(answeredUs));
  const said = records.flatMap(({ shadow }) => ('output' in shadow ? [shadow.output] : []));
  countFaults(increments, cell, said, unit);
  for (const [index, { answered }] of records.entries()) {
    const [before, after] = [readScore(answered), readScore(said[index])];
    if (before !== null && after !== null) addValue(cell.sums.score, after - before);
  }
  const differing = records.filter(({ answered }, index) => labelOf(answered) !== labelOf(said[index]));
  cell.sums.disagreed += differing.length === 0 ? 0 : 1;
  return differing;
}

/** Latencies below a microsecond are told apart by nobody. */
function logOf(us: number): number {
  return Math.log(Math.max(1, us));
}
