import type { Call } from '../skills/skill.ts';
import { callOf } from '../skills/to-labels.ts';
import { mustPassCases } from './must-pass-cases.ts';
import { type Phrasings, readPhrasings, type Template, TRAINING_AUTHORS } from './read-phrasings.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { halfOf, type ValueHalf } from './value-half.ts';

/** A sentence with what it means, as learners and suites take it. */
export interface Sentence {
  id: string;
  text: string;
  tokens: readonly string[];
  /** One for each token: `O`, `B-room`, `I-room`. */
  labels: readonly string[];
  intent: string;
  skill: string;
  call: Call;
  /** With its slots: `wake me in {duration}`; the same for all who wrote the same. */
  template: string;
  author: string;
  /** Do training sentences hold its values? `none` where it has no slots. */
  values: 'none' | 'seen' | 'unseen';
  /** Is its template one that an author wrote whose sentences are trained on, or a must-pass command? */
  phrasing: 'seen' | 'unseen';
}

export interface Expansion {
  authors: readonly string[];
  /** Sentences made of each template with slots. */
  perTemplate?: number;
  seed?: number;
  /** Which half of the values is filled in. */
  values?: ValueHalf | 'all';
  /** Whose values are filled in; those of `authors` where absent. */
  pool?: readonly string[];
}

/**
 * Sentences made of templates and values. No text comes twice; the same request gives the same sentences in the same order.
 *
 * @example
 * expandSentences({ authors: ['a', 'b'], perTemplate: 8, values: 'train' });
 */
export function expandSentences(expansion: Expansion): Sentence[] {
  const { authors, perTemplate = 4, seed = 1, values = 'train', pool = authors } = expansion;
  const known = knownToTraining();
  const filling = pooledValues(readPhrasings({ authors: pool }), values);
  const texts = new Set<string>();
  const sentences: Sentence[] = [];
  for (const { author, templates } of readPhrasings({ authors })) {
    for (const [index, template] of templates.entries()) {
      const random = seededRandom(`${seed}/${author}/${template.text}`);
      let count = 0;
      for (const choice of choicesOf(template, filling, random, perTemplate)) {
        const sentence = fillIn(template, choice, known, `${author}-${index}-${count + 1}`);
        if (texts.has(sentence.text)) continue;
        texts.add(sentence.text);
        sentences.push(sentence);
        count++;
        if (count === perTemplate) break;
      }
    }
  }
  return sentences;
}

type Filling = Readonly<Record<string, readonly string[]>>;

interface Known {
  templates: ReadonlySet<string>;
  values: Readonly<Record<string, ReadonlySet<string>>>;
}

function knownToTraining(): Known {
  const phrasings = readPhrasings({ authors: TRAINING_AUTHORS });
  const values = Object.entries(pooledValues(phrasings, 'train')).map(
    ([slot, texts]) => [slot, new Set(texts)] as const,
  );
  return {
    templates: new Set([
      ...phrasings.flatMap(({ templates }) => templates.map(({ text }) => text)),
      ...mustPassCases().map(({ input }) => input.text),
    ]),
    values: Object.fromEntries(values),
  };
}

function pooledValues(phrasings: readonly Phrasings[], half: ValueHalf | 'all'): Filling {
  const slots = new Set(phrasings.flatMap(({ values }) => Object.keys(values)));
  const pooled = [...slots].map((slot) => {
    const texts = new Set(phrasings.flatMap(({ values }) => values[slot] ?? []));
    return [slot, [...texts].filter((text) => half === 'all' || halfOf(text) === half)] as const;
  });
  return Object.fromEntries(pooled);
}

/** So many choices are drawn for each sentence wanted: some make a sentence that is there already. */
const SPARE_CHOICES = 4;

/** Values for the slots: every value of a slot is used once before any is used again. */
function* choicesOf(
  { slots }: Template,
  filling: Filling,
  random: SeededRandom,
  wanted: number,
): Generator<Readonly<Record<string, string>>> {
  if (slots.length === 0) return void (yield {});
  const decks: Record<string, string[]> = {};
  for (let drawn = 0; drawn < wanted * SPARE_CHOICES; drawn++) {
    const choice: Record<string, string> = {};
    for (const slot of slots) {
      if (!decks[slot]?.length) decks[slot] = random.shuffled(filling[slot] ?? []);
      const value = decks[slot].pop();
      if (value === undefined) return;
      choice[slot] = value;
    }
    yield choice;
  }
}

function fillIn(
  template: Template,
  choice: Readonly<Record<string, string>>,
  known: Known,
  id: string,
): Sentence {
  const spans = Object.entries(choice).map(([slot, text]) => ({ slot, text }));
  const call = callOf(template.intent, spans);
  return {
    id,
    ...labelled(template.text, choice),
    intent: template.intent,
    skill: call.name,
    call,
    template: template.text,
    author: template.author,
    values: valuesKnown(choice, known),
    phrasing: known.templates.has(template.text) ? 'seen' : 'unseen',
  };
}

function valuesKnown(choice: Readonly<Record<string, string>>, { values }: Known): Sentence['values'] {
  const filled = Object.entries(choice);
  if (filled.length === 0) return 'none';
  return filled.every(([slot, value]) => values[slot]?.has(value)) ? 'seen' : 'unseen';
}

function labelled(
  template: string,
  choice: Readonly<Record<string, string>>,
): Pick<Sentence, 'text' | 'tokens' | 'labels'> {
  const tokens: string[] = [];
  const labels: string[] = [];
  for (const word of template.split(' ')) {
    const slot = /^\{(\w+)\}$/.exec(word)?.[1];
    const words = slot === undefined ? [word] : choice[slot].split(' ');
    tokens.push(...words);
    labels.push(
      ...words.map((_, index) => (slot === undefined ? 'O' : `${index === 0 ? 'B' : 'I'}-${slot}`)),
    );
  }
  return { text: tokens.join(' '), tokens, labels };
}
