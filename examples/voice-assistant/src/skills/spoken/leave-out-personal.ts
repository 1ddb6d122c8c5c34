const NUMBER_WORDS: ReadonlySet<string> = new Set(
  (
    'zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen ' +
    'nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double triple'
  ).split(' '),
);
/** Said within numbers: signs that were typed. */
const BETWEEN: ReadonlySet<string> = new Set(['plus', 'minus']);
/** Prices, dates and times have fewer words in a row; numbers of phones, cards and accounts have more. */
const LEAST_WORDS = 7;
const ADDRESS = /\S+(?: dot \S+)* at \S+(?: dot \S+)+/g;

export interface LeftOut {
  text: string;
  /** What was left out, as it is told: "a number", "an address". */
  left: string[];
}

/**
 * A sentence without the numbers of phones, cards and accounts and without mail addresses, as they are spoken.
 *
 * @example
 * leaveOutPersonal('call five five five zero one two three'); // { text: 'call (a number)', left: ['a number'] }
 */
export function leaveOutPersonal(text: string): LeftOut {
  const withoutAddresses = text.replaceAll(ADDRESS, '(an address)');
  const words = withoutAddresses.split(' ');
  const kept: string[] = [];
  let [at, hasNumber] = [0, false];
  while (at < words.length) {
    const length = numberLength(words, at);
    const isNumber =
      words.slice(at, at + length).filter((word) => NUMBER_WORDS.has(word)).length >= LEAST_WORDS;
    hasNumber ||= isNumber;
    kept.push(...(isNumber ? ['(a number)'] : words.slice(at, at + Math.max(1, length))));
    at += Math.max(1, length);
  }
  const left = [...(hasNumber ? ['a number'] : []), ...(withoutAddresses === text ? [] : ['an address'])];
  return { text: kept.join(' '), left };
}

/** How many words from there on are of one number. */
function numberLength(words: readonly string[], from: number): number {
  let to = from;
  while (to < words.length && (NUMBER_WORDS.has(words[to]) || BETWEEN.has(words[to]))) to++;
  return to - from;
}
