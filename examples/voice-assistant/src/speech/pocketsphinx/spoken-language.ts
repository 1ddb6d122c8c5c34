import { buildLanguageModel } from './build-language-model.ts';

/** What the skills' sentences teach a recogniser. */
export interface SpokenLanguage {
  arpa: string;
  /** Does every word follow the one before it, start and end with them, somewhere in the sentences of the skills? */
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
  const known = new Set(sayable.flatMap(pairs));
  return {
    arpa: buildLanguageModel(sayable).arpa,
    accepts: (text) => text !== '' && pairs(text).every((pair) => known.has(pair)),
    unpronounceable: [...unpronounceable].sort(),
  };
}

function pairs(text: string): string[] {
  const words = ['<s>', ...text.split(' '), '</s>'];
  return words.slice(1).map((word, index) => `${words[index]} ${word}`);
}
