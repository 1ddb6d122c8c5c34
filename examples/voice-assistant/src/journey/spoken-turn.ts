import type { Call } from '../skills/skill.ts';

/** Everything that was observed of one sentence read by one voice. */
export interface SpokenObservation {
  id: string;
  /** The sentence, whoever reads it. */
  sentence: string;
  text: string;
  voice: string;
  phrasing: 'seen' | 'unseen';
  expected: Call;
  /** What the planner makes of the true text. */
  callsOfText: readonly Call[];
  /** What was heard, and what became of it. */
  heard: { text: string; calls: readonly Call[]; acted: boolean; reply: string; responseMs: number };
  woke: boolean;
}
