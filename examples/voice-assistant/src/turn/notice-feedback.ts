import type { Call } from '../skills/skill.ts';
import type { Outcome } from './turn.ts';

/** A turn as the next one remembers it. */
export interface PastTurn {
  traceId: string;
  text: string;
  outcome: Outcome;
  /** Ms of a clock, when it was over. */
  endedAt: number;
}

/** What a person thinks of a turn without saying so. */
export type ImplicitFeedback = 'repeat' | 'cancel';

const REPEAT_WITHIN_MS = 10_000;
const CANCEL_WITHIN_MS = 5_000;
const ALIKE = 0.8;
const CANCELS: ReadonlySet<string> = new Set(['stop', 'timer_cancel']);
const TAKEN_BACK = /^(never mind|forget it|not that|undo that|cancel that|no not that)$/;

/**
 * Who says the same again within ten seconds was not understood; who takes it back within five did not want what was done.
 */
export function noticeFeedback(
  past: PastTurn | null,
  turn: { text: string; calls: readonly Call[]; beganAt: number },
): ImplicitFeedback | null {
  if (past === null || past.text === '') return null;
  const since = turn.beganAt - past.endedAt;
  if (past.outcome === 'done' && since <= CANCEL_WITHIN_MS && takesBack(turn)) return 'cancel';
  if (since <= REPEAT_WITHIN_MS && likeness(past.text, turn.text) >= ALIKE) return 'repeat';
  return null;
}

const CORRECTION = /^no,? i (?:said|meant|asked for) (.+)$/;

/** What "no, i said ..." says instead; null where it is no correction. */
export function correctionIn(text: string): string | null {
  return CORRECTION.exec(text)?.[1] ?? null;
}

function takesBack({ text, calls }: { text: string; calls: readonly Call[] }): boolean {
  return TAKEN_BACK.test(text) || calls.some(({ name }) => CANCELS.has(name));
}

/** Share of the words that two sentences have in common. */
function likeness(one: string, other: string): number {
  const [words, others] = [new Set(one.split(' ')), new Set(other.split(' '))];
  return words.intersection(others).size / words.union(others).size;
}
