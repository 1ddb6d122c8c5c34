import { setImmediate as nextTurn } from 'node:timers/promises';
import { bandsOf, similarity } from './min-hash.ts';
import { normaliseText } from './normalise-text.ts';
import { forEachWindow, readWords, type Words } from './word-windows.ts';

/** A text with a name: a case, a row of training data, a prompt, a few-shot example. */
export interface NamedText {
  id: string;
  text: string;
}

/** What held-out cases must not be in. */
export interface Corpus {
  /** `dataset support@3`, `prompt of the task gpt` */
  name: string;
  texts: Iterable<NamedText> | AsyncIterable<NamedText>;
}

/** `contained`: a short case stands in a longer text, word for word; `13-gram`: 13 words in a row are the same. */
export type OverlapKind = 'exact' | 'normalised' | 'contained' | '13-gram' | 'near';

export interface Overlap {
  case: string;
  corpus: string;
  /** Which text of the corpus. */
  entry: string;
  kind: OverlapKind;
  /** Share of 5-character shingles that both have, of near ones. */
  similarity?: number;
}

export interface OverlapReport {
  /** One a case and corpus: the first that was found. */
  overlaps: Overlap[];
  /** Held-out cases that are found anywhere. */
  overlapping: number;
  cases: number;
  /** Texts that they were looked for in. */
  texts: number;
}

const GRAM = 13;
/** A case of fewer words is in many a text by chance. */
const FEWEST_WORDS = 5;
const ALIKE = 0.8;
/** A run of 13 words in more cases than this is what all of them begin with, not what one of them is. */
const BOILERPLATE = { cases: 5, share: 0.01 };
/** Texts of one bucket that are compared in full. */
const COMPARED = 50;
const TURN = 2_000;

/**
 * Looks for held-out cases in what tasks may have learnt from: the same text, the same but for case and punctuation, a short case
 * within a longer text, 13 words in a row, or nearly the same. One pass over each side: time and memory grow with the number of
 * texts, not with its square.
 *
 * @example
 * const { overlaps } = await findOverlap(cases, [{ name: 'training', texts: rows }]);
 * overlaps[0]; // { case: 'c17', corpus: 'training', entry: 'row 4012', kind: 'near', similarity: 0.91 }
 */
export async function findOverlap(
  cases: Iterable<NamedText>,
  corpora: readonly Corpus[],
): Promise<OverlapReport> {
  const index = await buildIndex(cases);
  const overlaps: Overlap[] = [];
  const overlapping = new Set<number>();
  let texts = 0;
  for (const { name, texts: entries } of corpora) {
    const found = new Set<number>();
    for await (const { id, text } of entries) {
      texts++;
      if (texts % TURN === 0) await nextTurn();
      lookUp(index, text, found, (position, kind, alike) => {
        found.add(position);
        overlapping.add(position);
        const pair = { case: index.ids[position], corpus: name, entry: id, kind };
        overlaps.push(alike === undefined ? pair : { ...pair, similarity: alike });
      });
    }
  }
  return { overlaps, overlapping: overlapping.size, cases: index.ids.length, texts };
}

/** Where each case is found by what; a position of several cases is the first, the others follow in `next`. */
interface CaseIndex {
  ids: string[];
  raw: string[];
  normalised: string[];
  byText: Map<string, number[]>;
  /** By the number of words of short cases: their window. */
  contained: Map<number, Map<number, number[]>>;
  grams: Map<number, number[]>;
  bands: Map<number, number[]>;
}

async function buildIndex(cases: Iterable<NamedText>): Promise<CaseIndex> {
  const index: CaseIndex = {
    ...{
      ids: [],
      raw: [],
      normalised: [],
      byText: new Map(),
      contained: new Map(),
      grams: new Map(),
      bands: new Map(),
    },
  };
  for (const { id, text } of cases) {
    const position = index.ids.push(id) - 1;
    const normalised = normaliseText(text);
    index.raw.push(text);
    index.normalised.push(normalised);
    if (normalised === '') continue;
    put(index.byText, normalised, position);
    indexWords(index, readWords(normalised), position);
    for (const band of bandsOf(normalised)) put(index.bands, band, position);
    if (position % TURN === TURN - 1) await nextTurn();
  }
  const most = Math.max(BOILERPLATE.cases, BOILERPLATE.share * index.ids.length);
  for (const [gram, positions] of index.grams) if (new Set(positions).size > most) index.grams.delete(gram);
  return index;
}

function indexWords({ contained, grams }: CaseIndex, words: Words, position: number): void {
  if (words.count >= GRAM) {
    forEachWindow(words, GRAM, (key) => put(grams, key, position));
    return;
  }
  if (words.count < FEWEST_WORDS) return;
  const ofWidth = contained.get(words.count) ?? new Map<number, number[]>();
  contained.set(words.count, ofWidth);
  forEachWindow(words, words.count, (key) => put(ofWidth, key, position));
}

function put<Key>(map: Map<Key, number[]>, key: Key, position: number): void {
  const known = map.get(key);
  if (known) known.push(position);
  else map.set(key, [position]);
}

type Report = (position: number, kind: OverlapKind, similarity?: number) => void;

/** Reports each case that the text overlaps with and that was not found yet. */
function lookUp(index: CaseIndex, text: string, found: ReadonlySet<number>, report: Report): void {
  const normalised = normaliseText(text);
  if (normalised === '') return;
  for (const position of index.byText.get(normalised) ?? []) {
    if (!found.has(position)) report(position, index.raw[position] === text ? 'exact' : 'normalised');
  }
  const words = readWords(normalised);
  const reportAll = (kind: OverlapKind) => (positions: readonly number[] | undefined) => {
    for (const position of positions ?? []) if (!found.has(position)) report(position, kind);
  };
  const within = reportAll('contained');
  for (const [width, ofWidth] of index.contained)
    forEachWindow(words, width, (key) => within(ofWidth.get(key)));
  const shared = reportAll('13-gram');
  if (index.grams.size > 0) forEachWindow(words, GRAM, (key) => shared(index.grams.get(key)));
  lookNear(index, normalised, found, report);
}

function lookNear(index: CaseIndex, normalised: string, found: ReadonlySet<number>, report: Report): void {
  const compared = new Set<number>();
  for (const band of bandsOf(normalised)) {
    for (const position of index.bands.get(band) ?? []) {
      if (found.has(position) || compared.has(position)) continue;
      if (compared.size >= COMPARED) return;
      compared.add(position);
      const alike = similarity(normalised, index.normalised[position]);
      if (alike >= ALIKE) report(position, 'near', alike);
    }
  }
}

/** An overlap in words, as a clause; undefined where there is none. */
export function describeOverlap({ overlaps, overlapping, cases }: OverlapReport): string | undefined {
  const [first] = overlaps;
  if (!first) return undefined;
  const where = [...new Set(overlaps.map(({ corpus }) => corpus))].slice(0, 3).join(', ');
  return `${overlapping} of ${cases} held-out cases are found in ${where} (case "${first.case}": ${first.kind}, ${first.entry})`;
}
