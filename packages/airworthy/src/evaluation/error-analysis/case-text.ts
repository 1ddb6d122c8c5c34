/** Longer texts say nothing more about what they are like. */
const LONGEST = 2000;

/** The words of a case's input or output: texts as they are, of other values the texts and numbers in them. */
export function textOf(value: unknown): string {
  const found: string[] = [];
  let length = 0;
  const visit = (each: unknown): void => {
    if (length > LONGEST || each === null || each === undefined) return;
    if (typeof each === 'object') {
      for (const member of Object.values(each)) visit(member);
      return;
    }
    const text = String(each);
    found.push(text);
    length += text.length;
  };
  visit(value);
  return found.join(' ').slice(0, LONGEST);
}

const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts written without spaces between words. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{2,}$/u;

/** Words in lower case; of scripts without spaces pairs of characters. */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(WORDS) ?? [];
  return words.flatMap((word) => (UNSPACED.test(word) ? pairsOf(word) : [word]));
}

function pairsOf(word: string): string[] {
  const characters = [...word];
  return characters.slice(1).map((character, place) => characters[place] + character);
}
