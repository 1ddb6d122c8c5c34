import { readPhrasings, TRAINING_AUTHORS } from '../../corpus/read-phrasings.ts';
import { halfOf } from '../../corpus/value-half.ts';
import type { Planner } from '../planner.ts';
import type { IntentPattern } from './compile-patterns.ts';
import { createTemplates, type TemplatesSetting } from './create-templates.ts';

export interface OpenTemplatesSetting {
  /** Whose sentences; all that are for training where absent. */
  authors?: readonly string[];
  /** Which of their values it knows. With the half for training, what it does with the others can be measured. */
  values?: 'train' | 'all';
  /** Sentences that are rules, whoever wrote them: what may never fail is no matter of statistics. */
  rules?: readonly IntentPattern[];
}

/**
 * The template matcher over what these authors wrote.
 *
 * @example
 * const planner = openTemplates({ authors: ['a'] });
 */
export function openTemplates(setting: OpenTemplatesSetting = {}): Planner {
  return createTemplates(readTemplates(setting));
}

/** What these authors wrote, as the matcher takes it: plain data, which a bundle can hold. */
export function readTemplates({
  authors = TRAINING_AUTHORS,
  values: wanted = 'train',
  rules = [],
}: OpenTemplatesSetting = {}): TemplatesSetting {
  const phrasings = readPhrasings({ authors });
  const slots = new Set(phrasings.flatMap(({ values }) => Object.keys(values)));
  const values = [...slots].map((slot) => {
    const all = phrasings.flatMap((author) => author.values[slot] ?? []);
    return [
      slot,
      [...new Set(all)].filter((value) => wanted === 'all' || halfOf(value) === 'train'),
    ] as const;
  });
  const patterns = phrasings.flatMap(({ templates }) =>
    templates.map(({ intent, text }) => ({ intent, text })),
  );
  return { patterns: [...rules, ...patterns], values: Object.fromEntries(values) };
}
