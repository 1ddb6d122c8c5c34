import type { StageTiming, TurnEvent, TurnResult } from '../turn/turn.ts';

/** What a page is told. Sound of replies comes as binary messages. */
export type ServerMessage =
  | ({ type: 'ready'; profile: string } & AssistantDescription)
  | { type: 'turn'; turn: string }
  | { type: 'event'; turn: string; event: TurnEvent }
  | { type: 'stage'; turn: string; timing: StageTiming; ended: boolean; budgetMs: number }
  | { type: 'result'; result: TurnResult }
  /** Be silent at once. */
  | { type: 'silence' }
  | { type: 'judged'; turn: string; value: 'up' | 'down'; known: boolean }
  /** Something to say that nobody asked for just now: a timer is over. */
  | { type: 'notice'; text: string }
  | { type: 'error'; code: string; message: string };

export interface AssistantDescription {
  /** Who may speak: pseudonym, and name where the house has one. */
  profiles: readonly { id: string; name: string }[];
  hears: boolean;
  speaks: boolean;
  /** What wakes it hands-free; null where it hears no wake word. */
  wakePhrase: string | null;
  /** What is not there, and what to do about it. */
  missing: readonly string[];
  /** Where traces can be looked at; null where no server keeps them. */
  traces: string | null;
}
