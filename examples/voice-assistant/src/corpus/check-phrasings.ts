import { callOf, toLabels } from '../skills/to-labels.ts';
import type { Phrasings } from './read-phrasings.ts';

const INTENTS = new Set(toLabels().classes);
const SPOKEN = /^[a-z']+(?: [a-z']+)*$/;
const SPOKEN_WITH_SLOTS = /^(?:[a-z']+|\{\w+\})(?: (?:[a-z']+|\{\w+\}))*$/;

/**
 * What is wrong with an author's sentences: an intent that no skill has, a slot that its skill does not take or that has no
 * values, a slot with letters stuck to it, a sentence twice (also with another meaning), signs that no recogniser writes.
 * Empty where all is well.
 */
export function checkPhrasings({ values, templates }: Phrasings): string[] {
  const problems: string[] = [];
  for (const [slot, texts] of Object.entries(values)) {
    for (const text of texts)
      if (!SPOKEN.test(text)) problems.push(`value of ${slot}: "${text}" has other than a-z and apostrophes`);
    for (const text of repeated(texts)) problems.push(`value of ${slot}: "${text}" is there twice`);
  }
  for (const { intent, text, slots } of templates) {
    const at = `${intent}: "${text}"`;
    if (!SPOKEN_WITH_SLOTS.test(text))
      problems.push(`${at} has other than a-z, apostrophes and {slots} between single spaces`);
    if (!INTENTS.has(intent)) {
      problems.push(`${at}: no skill has this intent`);
      continue;
    }
    const taken = callOf(
      intent,
      slots.map((slot) => ({ slot, text: slot })),
    ).arguments;
    for (const slot of slots)
      if (!values[slot]?.length || taken[slot] !== slot) problems.push(`${at} has an unknown slot {${slot}}`);
    for (const slot of repeated(slots)) problems.push(`${at} has the slot {${slot}} twice`);
  }
  for (const text of repeated(templates.map((template) => template.text))) {
    const intents = templates.filter((template) => template.text === text).map((template) => template.intent);
    problems.push(`"${text}" is there twice: ${intents.join(', ')}`);
  }
  return problems;
}

function repeated(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}
