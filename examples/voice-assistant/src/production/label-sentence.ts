import type { TaggedSentence } from '../planners/linear/train-linear.ts';
import type { Call } from '../skills/skill.ts';
import { labelOf } from '../skills/to-labels.ts';

/**
 * A sentence and what it should become, as a tagger learns it. Null where an argument's words are not in the sentence, so that
 * nothing can be learnt from it.
 *
 * @example
 * labelSentence('kill the kitchen lights', { name: 'light', arguments: { state: 'off', room: 'kitchen' } });
 */
export function labelSentence(text: string, call: Call): TaggedSentence | null {
  const intent = labelOf(call);
  if (intent === null) return null;
  const variant = new Set(intent.split(' '));
  const tokens = text.split(' ').filter(Boolean);
  const labels = tokens.map(() => 'O');
  for (const [slot, value] of Object.entries(call.arguments)) {
    if (variant.has(`${slot}=${value}`)) continue;
    const words = String(value).split(' ');
    const start = tokens.findIndex((_, at) =>
      words.every((word, offset) => tokens[at + offset] === word && labels[at + offset] === 'O'),
    );
    if (start < 0) return null;
    words.forEach((_, offset) => {
      labels[start + offset] = `${offset === 0 ? 'B' : 'I'}-${slot}`;
    });
  }
  return { tokens, labels, intent };
}
