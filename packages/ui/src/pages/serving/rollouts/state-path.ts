import type { RolloutDetail, RolloutEvent, RolloutStateName } from '../../../api/serving-answers.ts';
import type { Condition } from '../../../components/state-mark.tsx';
import { stepWords } from './rollout-state.ts';

/** A state on the way from registered to stable, and what led away from it. */
export interface PathNode {
  key: string;
  label: string;
  detail: string;
  condition: Condition;
  /** As the mark says it. */
  word: 'behind' | 'here' | 'stopped here' | 'ahead' | 'not reached';
  /** By which transitions it was entered; again after each pause. */
  entered: RolloutEvent[];
  /** Pauses and rollbacks from here. */
  exits: RolloutEvent[];
}

const EXITS: ReadonlySet<RolloutStateName> = new Set(['paused', 'rolling-back', 'retired']);
const BEFORE = ['registered', 'loading', 'warming'] as const;
const AFTER = ['promoting', 'stable'] as const;

type Place = Omit<PathNode, 'condition' | 'word'>;

/** The whole plan as states in their order, with what has happened at each. */
export function statePath({ plan, events, state, endedAt }: RolloutDetail): PathNode[] {
  const place = (key: string, label: string = key, detail = ''): Place => ({
    ...{ key, label, detail },
    ...{ entered: [], exits: [] },
  });
  const places: Place[] = [
    ...BEFORE.map((name) => place(name)),
    ...plan.steps.map((step, index) => {
      const { label, detail } = stepWords(step);
      return place(`step ${index}`, label, detail);
    }),
    ...AFTER.map((name) => place(name)),
  ];
  let at = places[0];
  for (const event of events.toSorted((a, b) => a.sequence - b.sequence)) {
    if (EXITS.has(event.to)) {
      at.exits.push(event);
      continue;
    }
    at = places.find(({ key }) => key === keyOf(event)) ?? at;
    at.entered.push(event);
  }
  const here = places.indexOf(at);
  return places.map((each, index) => ({ ...each, ...look(index - here, state, endedAt !== null) }));
}

function keyOf({ to, step }: RolloutEvent): string {
  return to === 'shadow' || to === 'canary' || to === 'ab' || to === 'bandit' ? `step ${step}` : to;
}

function look(
  distance: number,
  state: RolloutStateName,
  hasEnded: boolean,
): Pick<PathNode, 'condition' | 'word'> {
  if (distance < 0) return { condition: 'good', word: 'behind' };
  if (distance > 0) return { condition: 'idle', word: hasEnded ? 'not reached' : 'ahead' };
  if (state === 'stable') return { condition: 'good', word: 'here' };
  if (state === 'paused') return { condition: 'warn', word: 'here' };
  return EXITS.has(state)
    ? { condition: 'bad', word: 'stopped here' }
    : { condition: 'working', word: 'here' };
}
