import { buildLanguageModel } from './build-language-model.ts';

/** What the skills' sentences teach a recogniser. */
export interface SpokenLanguage {
  arpa: string;
  /** Are any three words in a row, with the start and the end, those of a sentence of the skills? */
  accepts(text: string): boolean;
  /** Words that the dictionary does not hold: sentences with them cannot be heard and were left out. */
  unpronounceable: readonly string[];
}

/** The language of the sentences that can be said with the words of a dictionary. */
export function spokenLanguage(
  sentences: readonly string[],
  dictionary: ReadonlySet<string>,
): SpokenLanguage {
  const unpronounceable = new Set<string>();
  const sayable = sentences.filter((sentence) => {
    const missing = sentence.split(' ').filter((word) => !dictionary.has(word));
    for (const word of missing) unpronounceable.add(word);
    return missing.length === 0;
  });
  const known = new Set(sayable.flatMap(triples));
  return {
    arpa: buildLanguageModel(sayable).arpa,
    accepts: (text) => text !== '' && triples(text).every((triple) => known.has(triple)),
    unpronounceable: [...unpronounceable].sort(),
  };
}

function triples(text: string): string[] {
  const words = ['<s>', ...text.split(' '), '</s>'];
  return words.slice(2).map((_, index) => words.slice(index, index + 3).join(' '));
}
