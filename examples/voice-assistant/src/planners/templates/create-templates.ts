import { callOf } from '../../skills/to-labels.ts';
import type { Planner } from '../planner.ts';
import { versionOf } from '../version-of.ts';
import type { IntentPattern } from './compile-patterns.ts';
import { compilePatterns } from './compile-patterns.ts';
import { matchSentence } from './match-sentence.ts';
import { PARSED_SLOTS, slotRules } from './slot-rules.ts';

export interface TemplatesSetting {
  /** Sentences that mean an intent; may hold `[optional]` parts and `(one|other)`. */
  patterns: readonly IntentPattern[];
  /** What slots are known to be filled with. */
  values: Readonly<Record<string, readonly string[]>>;
}

/** A planner that knows sentences, and takes those for `other` that it does not know: confidence 0, no pattern. */
export function createTemplates({ patterns, values }: TemplatesSetting): Planner {
  const root = compilePatterns(patterns);
  const rules = slotRules(values);
  const known = new Map(Object.entries(values).map(([slot, each]) => [slot, new Set(each)] as const));
  const isKnown = (slot: string, words: string): boolean =>
    PARSED_SLOTS.has(slot) || known.get(slot)?.has(words) === true;
  return {
    name: 'templates',
    version: versionOf([patterns, values]),
    async plan({ text }) {
      const match = matchSentence({ root, rules, isKnown }, text);
      if (match === null) return { calls: [callOf('other', [])], confidence: 0, raw: '' };
      const call = callOf(match.intent, match.spans);
      return { calls: [call], confidence: 1 / (1 + match.rivals), raw: match.pattern };
    },
    async close() {},
  };
}
