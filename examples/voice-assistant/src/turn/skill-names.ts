import { findSkill } from '../skills/registry.ts';
import type { Call } from '../skills/skill.ts';
import { MOST_CALLS } from './validate-calls.ts';

/**
 * The skills that a plan calls, as traces name them. A function that a model invents may be named after what was said, which
 * not everybody wants kept.
 */
export function skillNames(calls: readonly Call[]): string[] {
  // One more than is ever run shows that there were too many.
  return calls.slice(0, MOST_CALLS + 1).map(({ name }) => (findSkill(name) === null ? 'unknown' : name));
}
