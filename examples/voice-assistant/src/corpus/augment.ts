import { callOf } from '../skills/to-labels.ts';
import type { Sentence } from './expand-sentences.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

/** How often each change is made, as shares. */
export interface AugmentShares {
  /** Of the values: put another in its place. */
  replaced: number;
  /** Of the values put in place of others: made of syllables, no word at all. */
  pseudoWords: number;
  /** Of the values put in place of others: words from anywhere in the sentences, which say nothing of the slot. */
  borrowedWords: number;
  /** Of the words beside values: left out. */
  dropped: number;
  /** Of the sentences: words of courtesy round them. */
  carried: number;
}

/**
 * `new-values` teaches to find a value by where it stands and by nothing else. `too-strong` is on record as the experiment that
 * failed: what is left of a sentence says too little.
 */
export const AUGMENT_STRENGTHS = {
  light: { replaced: 0.25, pseudoWords: 0.2, borrowedWords: 0, dropped: 0.04, carried: 0.2 },
  medium: { replaced: 0.4, pseudoWords: 0.3, borrowedWords: 0, dropped: 0.08, carried: 0.35 },
  'new-values': { replaced: 1, pseudoWords: 0.5, borrowedWords: 0.5, dropped: 0, carried: 0 },
  'too-strong': { replaced: 1, pseudoWords: 0.9, borrowedWords: 0, dropped: 0.5, carried: 0.5 },
} as const satisfies Record<string, AugmentShares>;
export type AugmentStrength = keyof typeof AUGMENT_STRENGTHS;

export interface AugmentOptions {
  strength: AugmentStrength | AugmentShares;
  /** Changed sentences made of each; one that comes out as a sentence that is there already is left out. */
  copies?: number;
  seed?: number;
}

/**
 * Changed copies of sentences, those themselves not among them. What is filled in are values of the same sentences, so that no
 * value of the test half gets in.
 *
 * @example
 * const larger = [...sentences, ...augment(sentences, { strength: 'light', copies: 2 })];
 */
export function augment(
  sentences: readonly Sentence[],
  { strength, copies = 1, seed = 1 }: AugmentOptions,
): Sentence[] {
  const shares = typeof strength === 'string' ? AUGMENT_STRENGTHS[strength] : strength;
  const material = {
    values: valuesOf(sentences),
    words: [...new Set(sentences.flatMap(({ tokens }) => tokens))],
  };
  const texts = new Set(sentences.map((sentence) => sentence.text));
  const added: Sentence[] = [];
  for (let copy = 1; copy <= copies; copy++) {
    for (const sentence of sentences) {
      const random = seededRandom(`augment/${seed}/${copy}/${sentence.id}`);
      const changed = changeSentence(sentence, shares, material, random);
      if (texts.has(changed.text)) continue;
      texts.add(changed.text);
      added.push({ ...changed, id: `${sentence.id}~${copy}` });
    }
  }
  return added;
}

type Values = ReadonlyMap<string, readonly string[]>;

/** What new values are made of. */
interface Material {
  values: Values;
  words: readonly string[];
}

function valuesOf(sentences: readonly Sentence[]): Values {
  const bySlot = new Map<string, Set<string>>();
  for (const piece of sentences.flatMap(piecesOf)) {
    if (piece.slot === undefined) continue;
    const texts = bySlot.get(piece.slot) ?? new Set();
    bySlot.set(piece.slot, texts.add(piece.words.join(' ')));
  }
  return new Map([...bySlot].map(([slot, texts]) => [slot, [...texts]]));
}

/** A value with its slot, or one word beside the values. */
interface Piece {
  slot: string | undefined;
  words: readonly string[];
}

function piecesOf({ tokens, labels }: Pick<Sentence, 'tokens' | 'labels'>): Piece[] {
  const pieces: { slot: string | undefined; words: string[] }[] = [];
  for (const [index, token] of tokens.entries()) {
    const label = labels[index];
    if (label.startsWith('I-')) pieces.at(-1)?.words.push(token);
    else pieces.push({ slot: label === 'O' ? undefined : label.slice(2), words: [token] });
  }
  return pieces;
}

function changeSentence(
  sentence: Sentence,
  shares: AugmentShares,
  material: Material,
  random: SeededRandom,
): Sentence {
  const pieces = piecesOf(sentence).map((piece) => changeValue(piece, shares, material, random));
  const kept = pieces.filter(({ slot }) => slot !== undefined || random.next() >= shares.dropped);
  const said = kept.length === 0 ? pieces : kept;
  const carried = random.next() < shares.carried ? carry(said, random) : said;
  return { ...sentence, ...joined(carried), call: callOf(sentence.intent, spansOf(carried)) };
}

function changeValue(piece: Piece, shares: AugmentShares, material: Material, random: SeededRandom): Piece {
  if (piece.slot === undefined || random.next() >= shares.replaced) return piece;
  return { ...piece, words: newValue(piece.slot, shares, material, random) };
}

function newValue(
  slot: string,
  shares: AugmentShares,
  { values, words }: Material,
  random: SeededRandom,
): string[] {
  const kind = random.next();
  if (kind < shares.pseudoWords)
    return Array.from({ length: 1 + random.integer(3) }, () => pseudoWord(random));
  const other = random.pick(values.get(slot) ?? []).split(' ');
  return kind < shares.pseudoWords + shares.borrowedWords ? other.map(() => random.pick(words)) : other;
}

const ONSETS = [
  'b',
  'br',
  'd',
  'f',
  'fl',
  'g',
  'gr',
  'h',
  'k',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'w',
  'z',
];
const NUCLEI = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'oo', 'ou'];
const CODAS = ['', '', 'n', 'r', 'l', 's', 't', 'm', 'ck', 'nd'];

function pseudoWord(random: SeededRandom): string {
  const syllable = () => random.pick(ONSETS) + random.pick(NUCLEI) + random.pick(CODAS);
  return Array.from({ length: 1 + random.integer(3) }, syllable).join('');
}

const BEFORE = ['please', 'hey', 'okay', 'so', 'um', 'well', 'listen', 'hi there'];
const BEFORE_AN_ORDER = [
  'could you',
  'can you',
  'would you please',
  'i want you to',
  "i'd like you to",
  'will you',
];
const BEHIND = ['please', 'thanks', 'thank you', 'now', 'would you', 'for me'];
const ORDERS = new Set(
  'add ask book bring build call cancel change check clear create delete dim do drop empty erase find forget get give kill make order pause play put read remember remove save send set show shut sing start stop switch take tell throw turn wake wipe write'.split(
    ' ',
  ),
);

/** Courtesy round any sentence, `other` included, else it would give the meaning away. */
function carry(pieces: readonly Piece[], random: SeededRandom): Piece[] {
  const [first] = pieces;
  const isOrder = first.slot === undefined && ORDERS.has(first.words[0]);
  if (random.next() < 0.4) return [...pieces, ...wordsBeside(random.pick(BEHIND))];
  return [...wordsBeside(random.pick(isOrder ? [...BEFORE, ...BEFORE_AN_ORDER] : BEFORE)), ...pieces];
}

function wordsBeside(text: string): Piece[] {
  return text.split(' ').map((word) => ({ slot: undefined, words: [word] }));
}

function joined(pieces: readonly Piece[]): Pick<Sentence, 'text' | 'tokens' | 'labels'> {
  const tokens = pieces.flatMap(({ words }) => words);
  const labels = pieces.flatMap(({ slot, words }) =>
    words.map((_, index) => (slot === undefined ? 'O' : `${index === 0 ? 'B' : 'I'}-${slot}`)),
  );
  return { text: tokens.join(' '), tokens, labels };
}

function spansOf(pieces: readonly Piece[]): { slot: string; text: string }[] {
  return pieces.flatMap(({ slot, words }) => (slot === undefined ? [] : [{ slot, text: words.join(' ') }]));
}
