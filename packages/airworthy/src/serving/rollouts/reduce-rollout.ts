import type { RolloutEvent, RolloutStateName } from './schema.ts';

/** How a rollout stands, as its events tell. */
export interface RolloutState {
  name: RolloutStateName;
  /** What it goes back to from a pause; null where it is not paused. */
  pausedFrom: RolloutStateName | null;
  /** Index of the plan’s step; -1 before the first. */
  step: number;
  /** When that step began, and since when it may last: a person who lets a paused one go on gives it its time anew. */
  stepSince: number;
  countedSince: number;
  /** The event that set the weights: samples are kept by it. */
  phase: number;
  /** The phases of the step, oldest first. */
  phases: { phase: number; weights: Record<string, number> }[];
  /** Every phase in which units were assigned, of all steps. */
  history: { phase: number; weights: Record<string, number> }[];
  weights: Record<string, number>;
  /** The arm that would be promoted. */
  challenger: string;
  /** Arms that were taken out as worse. */
  removed: string[];
  lastSequence: number;
  /** When the weights were set. */
  weightsSince: number;
}

/** What may follow what; anything that is not over may be rolled back. */
const FOLLOWS: Readonly<Record<RolloutStateName, readonly RolloutStateName[]>> = {
  registered: ['loading', 'promoting'],
  loading: ['warming', 'promoting'],
  warming: ['shadow', 'canary', 'ab', 'bandit', 'promoting'],
  shadow: ['shadow', 'canary', 'ab', 'bandit', 'paused', 'promoting'],
  canary: ['shadow', 'canary', 'ab', 'bandit', 'paused', 'promoting'],
  ab: ['shadow', 'canary', 'ab', 'bandit', 'paused', 'promoting'],
  bandit: ['shadow', 'canary', 'ab', 'bandit', 'paused', 'promoting'],
  paused: ['shadow', 'canary', 'ab', 'bandit', 'paused', 'promoting'],
  promoting: ['stable'],
  stable: [],
  'rolling-back': ['retired'],
  retired: [],
};

/** Over: nothing follows. */
export function hasEnded(name: RolloutStateName): boolean {
  return FOLLOWS[name].length === 0;
}

/** May it go from one to the other? */
export function mayFollow(from: RolloutStateName | null, to: RolloutStateName): boolean {
  if (from === null) return to === 'registered';
  if (to === 'rolling-back') return !hasEnded(from) && from !== 'rolling-back';
  return FOLLOWS[from].includes(to);
}

/**
 * The state that a rollout’s events lead to. Pure: the same events, the same state, in every process and at any later time.
 *
 * @throws Error where an event may not follow the one before: the record was tampered with
 */
export function reduceRollout(events: readonly RolloutEvent[]): RolloutState {
  if (events.length === 0) throw new Error('a rollout has at least the event that registered it');
  let state: RolloutState | undefined;
  for (const event of events) state = applyEvent(state, event);
  return state as RolloutState;
}

function applyEvent(before: RolloutState | undefined, event: RolloutEvent): RolloutState {
  const { sequence, at, to, step, weights, challenger } = event;
  if (sequence !== (before?.lastSequence ?? 0) + 1 || !mayFollow(before?.name ?? null, to))
    throw new Error(`event ${sequence} of a rollout (${to}) does not follow ${before?.name ?? 'nothing'}`);
  const entered = before === undefined || step !== before.step;
  const assigned = entered || !sameWeights(before.weights, weights);
  const phase = assigned ? sequence : before.phase;
  const taken = entered ? [] : Object.keys(before.weights).filter((arm) => !(arm in weights));
  const added = assigned && step >= 0 ? [{ phase, weights }] : [];
  return {
    name: to,
    pausedFrom: to === 'paused' ? (before?.pausedFrom ?? before?.name ?? null) : null,
    step,
    stepSince: entered ? at : before.stepSince,
    countedSince: entered || before.name === 'paused' ? at : before.countedSince,
    phase,
    phases: [...(entered ? [] : before.phases), ...added],
    history: [...(before?.history ?? []), ...added],
    weights,
    challenger,
    removed: [...(before?.removed ?? []), ...taken],
    lastSequence: sequence,
    weightsSince: assigned ? at : before.weightsSince,
  };
}

function sameWeights(a: Record<string, number>, b: Record<string, number>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
