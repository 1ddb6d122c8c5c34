import { type SeededRandom, seededRandom } from '../../corpus/seeded-random.ts';
import { indexOfHighest } from '../tagger/dense.ts';
import { bestLabels, type LabelSteps, legalSteps } from '../tagger/label-words.ts';
import { type SeenWord, sentenceFeatures, UNKNOWN_WORD, wordFeatures } from './features.ts';
import { LearningWeights, scoresOf, type Weights } from './perceptron.ts';

/** A sentence to learn from: labels in BIO, one for each token. */
export interface TaggedSentence {
  tokens: readonly string[];
  labels: readonly string[];
  intent: string;
}

/**
 * What error analysis of the plain model brought: words of values are hidden half of the time, so that it learns where a value
 * stands and not which there are; words never seen are known by their beginnings and ends; a slot that the intent does not have
 * is not filled; what fills one slot side by side is one value.
 */
export const LINEAR_FIXES = ['hidden-values', 'affixes', 'legal-slots', 'join-spans'] as const;
export type LinearFix = (typeof LINEAR_FIXES)[number];

export interface LinearOptions {
  fixes?: readonly LinearFix[];
  epochs?: number;
  seed?: number;
}

export interface LinearModel {
  intents: readonly string[];
  labels: readonly string[];
  /** Which slots the sentences of an intent had. */
  slots: ReadonlyMap<string, ReadonlySet<string>>;
  words: ReadonlySet<string>;
  fixes: readonly LinearFix[];
  intentWeights: Weights;
  labelWeights: Weights;
  steps: LabelSteps;
  facts: { weights: number; sentences: number; epochs: number; seed: number };
}

/** Of the words in values, with `hidden-values`. */
const HIDDEN_SHARE = 0.5;

/**
 * Learns intents and slots in seconds, without any library: an averaged perceptron for the intent (Freund and Schapire 1999) and
 * a structured one for the labels (Collins 2002). The same sentences and seed give the same model.
 *
 * @example
 * const planner = openLinear(trainLinear(sentences, { fixes: LINEAR_FIXES }));
 */
export function trainLinear(sentences: readonly TaggedSentence[], options: LinearOptions = {}): LinearModel {
  const { fixes = [], epochs = 8, seed = 1 } = options;
  if (sentences.length === 0) throw new Error('There are no sentences to learn from.');
  const intents = [...new Set(sentences.map(({ intent }) => intent))].sort();
  const slots = slotsByIntent(sentences);
  const labels = labelsOf(slots);
  const random = seededRandom(`linear/${seed}`);
  const lessons = Array.from({ length: epochs }, () =>
    random
      .shuffled(sentences)
      .map((sentence) => ({ ...sentence, words: seeInTraining(sentence, fixes, random) })),
  ).flat();
  const intentWeights = learnIntents(lessons, intents);
  const { weights: labelWeights, steps } = learnLabels(lessons, labels);
  const words = new Set(sentences.flatMap(({ tokens }) => tokens));
  const weights =
    intentWeights.size * intents.length + (labelWeights.size + labels.length + 1) * labels.length;
  const facts = { weights, sentences: sentences.length, epochs, seed };
  return { intents, labels, slots, words, fixes, intentWeights, labelWeights, steps, facts };
}

interface Lesson extends TaggedSentence {
  words: readonly SeenWord[];
}

function seeInTraining(
  { tokens, labels }: TaggedSentence,
  fixes: readonly LinearFix[],
  random: SeededRandom,
): SeenWord[] {
  const hides = fixes.includes('hidden-values');
  return tokens.map((token, i) => ({
    word: hides && labels[i] !== 'O' && random.next() < HIDDEN_SHARE ? UNKNOWN_WORD : token,
    spelled: fixes.includes('affixes') ? token : null,
  }));
}

function learnIntents(lessons: readonly Lesson[], intents: readonly string[]): Weights {
  const learning = new LearningWeights(intents.length);
  for (const { words, intent } of lessons) {
    const features = sentenceFeatures(words);
    const said = indexOfHighest(scoresOf(learning.weights, features, intents.length));
    const right = intents.indexOf(intent);
    if (said !== right) {
      learning.learn(features, right, 1);
      learning.learn(features, said, -1);
    }
    learning.endStep();
  }
  return learning.averaged();
}

function learnLabels(
  lessons: readonly Lesson[],
  labels: readonly string[],
): { weights: Weights; steps: LabelSteps } {
  const emitting = new LearningWeights(labels.length);
  const moving = new LearningWeights(labels.length);
  const ids = new Map(labels.map((label, i) => [label, i]));
  const all = [...labels.keys()];
  for (const lesson of lessons) {
    const features = wordFeatures(lesson.words);
    const emissions = features.map((of) => scoresOf(emitting.weights, of, labels.length));
    const said = bestLabels(emissions, stepsOf(moving.weights, labels), all);
    const right = lesson.labels.map((label) => ids.get(label) ?? 0);
    for (const [i, label] of right.entries()) {
      if (label === said[i] && right[i - 1] === said[i - 1]) continue;
      emitting.learn(features[i], label, 1);
      emitting.learn(features[i], said[i], -1);
      moving.learn([stepName(right[i - 1], labels)], label, 1);
      moving.learn([stepName(said[i - 1], labels)], said[i], -1);
    }
    emitting.endStep();
    moving.endStep();
  }
  return { weights: emitting.averaged(), steps: stepsOf(moving.averaged(), labels) };
}

const START = 'start';

function stepName(from: number | undefined, labels: readonly string[]): string {
  return from === undefined ? START : labels[from];
}

function stepsOf(moves: Weights, labels: readonly string[]): LabelSteps {
  const scores = new Float32Array((labels.length + 1) * labels.length);
  [...labels, START].forEach((from, i) => {
    const row = moves.get(from);
    if (row) scores.set(row, i * labels.length);
  });
  return legalSteps(labels, scores);
}

function slotsByIntent(sentences: readonly TaggedSentence[]): Map<string, Set<string>> {
  const slots = new Map<string, Set<string>>();
  for (const { intent, labels } of sentences) {
    const known = slots.get(intent) ?? new Set();
    for (const label of labels) if (label !== 'O') known.add(label.slice(2));
    slots.set(intent, known);
  }
  return slots;
}

function labelsOf(slots: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const names = [...new Set([...slots.values()].flatMap((of) => [...of]))].sort();
  return ['O', ...names.flatMap((name) => [`B-${name}`, `I-${name}`])];
}
