import { indexOfHighest } from '../tagger/dense.ts';
import { bestLabels } from '../tagger/label-words.ts';
import { type Span, spansOf } from '../tagger/spans-of.ts';
import { type SeenWord, sentenceFeatures, UNKNOWN_WORD, wordFeatures } from './features.ts';
import { scoresOf } from './perceptron.ts';
import type { LinearModel } from './train-linear.ts';

/** The class and the spans of a sentence; `other` where nothing was said. */
export function tagLinear(model: LinearModel, tokens: readonly string[]): { label: string; spans: Span[] } {
  if (tokens.length === 0) return { label: 'other', spans: [] };
  const { intents, labels, fixes, steps } = model;
  const words = tokens.map((token) => seeInUse(model, token));
  const scores = scoresOf(model.intentWeights, sentenceFeatures(words), intents.length);
  const label = intents[indexOfHighest(scores)];
  const emissions = wordFeatures(words).map((of) => scoresOf(model.labelWeights, of, labels.length));
  const path = bestLabels(emissions, steps, allowedLabels(model, label));
  const spans = spansOf(
    tokens,
    path.map((i) => labels[i]),
    { joined: fixes.includes('join-spans') },
  );
  return { label, spans };
}

function seeInUse({ words, fixes }: LinearModel, token: string): SeenWord {
  const isHidden = fixes.includes('hidden-values') && !words.has(token);
  return { word: isHidden ? UNKNOWN_WORD : token, spelled: fixes.includes('affixes') ? token : null };
}

function allowedLabels({ labels, slots, fixes }: LinearModel, intent: string): number[] {
  const own = slots.get(intent);
  const isAllowed = (label: string) =>
    !fixes.includes('legal-slots') || label === 'O' || own?.has(label.slice(2));
  return labels.flatMap((label, i) => (isAllowed(label) ? [i] : []));
}
