import { indexOfHighest, multiply, softmax } from './dense.ts';
import { bestLabels, legalSteps, probabilityOf } from './label-words.ts';
import { createWordReader } from './read-words.ts';
import { createGru } from './run-gru.ts';
import { type Span, spansOf } from './spans-of.ts';
import { attendedOf, highestOf, joined, meanOf, phrasesOf } from './summarise.ts';
import { type TaggerModel, weightsOf } from './tagger-model.ts';

/** What a tagger makes of a sentence. */
export interface Tagging {
  /** A class of the registry: a skill, or a variant of one (`light state=on`). */
  label: string;
  /** How likely it is that label and spans are both right, 0 to 1. */
  confidence: number;
  spans: Span[];
}

export interface Tagger {
  tag(text: string): Tagging;
}

/** What the network says of a sentence before anything is chosen; what is compared with PyTorch. */
export interface Scores {
  intents: Float32Array;
  /** For each word, by label. */
  emissions: Float32Array[];
}

/** No command is longer; what comes after is not read. */
const LONGEST_SENTENCE = 64;
const OTHER = 'other';

/** A tagger with these weights. Pure: it reads no file, so that it can be packed into a bundle. */
export function createTagger(model: TaggerModel): Tagger {
  const score = createScorer(model);
  const steps = legalSteps(model.labels, weightsOf(model, 'transitions'));
  const allowedBy = model.intents.map((intent) => allowedLabels(model, intent));
  return {
    tag(text) {
      const tokens = wordsOf(text);
      if (tokens.length === 0) return { label: OTHER, confidence: 1, spans: [] };
      const { intents, emissions } = score(tokens);
      const chosen = indexOfHighest(intents);
      const ofIntent = softmax(intents, model.temperatures.intent)[chosen];
      if (ofIntent < model.reject) return { label: OTHER, confidence: 1 - ofIntent, spans: [] };
      const allowed = allowedBy[chosen];
      const path = bestLabels(emissions, steps, allowed);
      const ofPath = probabilityOf(path, {
        emissions,
        steps,
        allowed,
        temperature: model.temperatures.slots,
      });
      const spans = spansOf(
        tokens,
        path.map((label) => model.labels[label]),
        { joined: true },
      );
      return { label: model.intents[chosen], confidence: ofIntent * ofPath, spans };
    },
  };
}

export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean).slice(0, LONGEST_SENTENCE);
}

/** The network itself: words -> GRU in both directions -> a score for each intent, and for each label of each word. */
export function createScorer(model: TaggerModel): (tokens: readonly string[]) => Scores {
  const readWord = createWordReader(model);
  const gru = createGru(model);
  const intent = layerOf(model, 'intent');
  const slots = layerOf(model, 'slots');
  const slotsOfIntent = weightsOf(model, 'slots_of_intent.weight');
  const attention = weightsOf(model, 'attention.weight');
  const phraseBias = weightsOf(model, 'phrases.bias');
  return (tokens) => {
    const words = tokens.map(readWord);
    const states = gru(words);
    const summary = [
      highestOf(states),
      attendedOf(states, attention),
      phrasesOf(words, phraseBias),
      meanOf(words.map(({ features }) => features)),
    ];
    const intents = apply(intent, joined(summary), intent.bias);
    const expected = apply({ weights: slotsOfIntent }, softmax(intents), slots.bias);
    return { intents, emissions: states.map((state) => apply(slots, state, expected)) };
  };
}

function apply(
  { weights }: { weights: Float32Array },
  vector: Float32Array,
  bias: Float32Array,
): Float32Array {
  return multiply(weights, vector, { columns: vector.length, bias, into: new Float32Array(bias.length) });
}

function layerOf(model: TaggerModel, name: string): { weights: Float32Array; bias: Float32Array } {
  return { weights: weightsOf(model, `${name}.weight`), bias: weightsOf(model, `${name}.bias`) };
}

function allowedLabels(model: TaggerModel, intent: string): number[] {
  const slots = new Set(model.slots[intent]);
  return model.labels.flatMap((label, i) => (label === 'O' || slots.has(label.slice(2)) ? [i] : []));
}
