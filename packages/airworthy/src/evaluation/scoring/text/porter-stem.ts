/**
 * Porter's stemmer ("An algorithm for suffix stripping", 1980) with the corrections its author collected since, as the
 * ROUGE and METEOR scorers in use apply it: irregular words, -ies of short words, -y after a consonant, -alli, -bli, -fulli, -logi.
 *
 * @example
 * porterStem('relational'); // 'relat'
 */
export function porterStem(word: string): string {
  const known = IRREGULAR.get(word);
  if (known !== undefined) return known;
  if (word.length <= 2) return word;
  let stem = plural(word);
  stem = pastOrProgressive(stem);
  stem =
    stem.length > 2 && stem.endsWith('y') && isConsonant(stem, stem.length - 2)
      ? `${stem.slice(0, -1)}i`
      : stem;
  stem = doubleSuffix(stem);
  stem = firstRule(stem, SINGLE_SUFFIXES, 0);
  stem = lastSuffix(stem);
  return finalLetters(stem);
}

const IRREGULAR = new Map<string, string>([
  ...['news', 'howe', 'proceed', 'exceed', 'succeed'].map((word) => [word, word] as const),
  ...['inning', 'outing', 'canning'].flatMap((word) => [[word, word] as const, [`${word}s`, word] as const]),
  ['sky', 'sky'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
]);

type Rule = readonly [suffix: string, replacement: string];

const DOUBLE_SUFFIXES: readonly Rule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['fulli', 'ful'],
];

const SINGLE_SUFFIXES: readonly Rule[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

const LAST_SUFFIXES: readonly Rule[] =
  'al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize'
    .split(' ')
    .map((suffix) => [suffix, ''] as const);

/** Applies the first rule whose suffix the word has, where the measure of what is left exceeds `least`. */
function firstRule(word: string, rules: readonly Rule[], least: number): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (!rule) return word;
  const stem = word.slice(0, word.length - rule[0].length);
  return measure(stem) > least ? stem + rule[1] : word;
}

function plural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ies')) return word.slice(0, word.length === 4 ? -1 : -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

function pastOrProgressive(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const suffix = ['ed', 'ing'].find((each) => word.endsWith(each) && hasVowel(word.slice(0, -each.length)));
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDouble(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function doubleSuffix(word: string): string {
  if (word.endsWith('alli') && measure(word.slice(0, -4)) > 0) return doubleSuffix(word.slice(0, -2));
  // The l of -logi stays with the stem, so that short ones such as geo- have a measure.
  if (word.endsWith('logi')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  return firstRule(word, DOUBLE_SUFFIXES, 0);
}

function lastSuffix(word: string): string {
  const rule = LAST_SUFFIXES.find(([suffix]) => word.endsWith(suffix));
  if (rule?.[0] === 'ion' && !/[st]ion$/.test(word)) return word;
  return firstRule(word, LAST_SUFFIXES, 1);
}

function finalLetters(word: string): string {
  let stem = word;
  if (stem.endsWith('e')) {
    const before = stem.slice(0, -1);
    const size = measure(before);
    if (size > 1 || (size === 1 && !endsShort(before))) stem = before;
  }
  return stem.endsWith('ll') && measure(stem.slice(0, -1)) > 1 ? stem.slice(0, -1) : stem;
}

/** A letter other than a, e, i, o, u, and y where no consonant is before it. */
function isConsonant(word: string, index: number): boolean {
  let before = false;
  let consonant = false;
  for (let at = 0; at <= index; at++) {
    consonant = consonantAfter(word[at], at === 0, before);
    before = !consonant;
  }
  return consonant;
}

function isVowel(letter: string): boolean {
  return 'aeiou'.includes(letter);
}

/** How often a run of vowels is followed by a run of consonants. */
function measure(stem: string): number {
  let changes = 0;
  let vowelBefore = false;
  for (let index = 0; index < stem.length; index++) {
    const consonant = consonantAfter(stem[index], index === 0, vowelBefore);
    if (consonant && vowelBefore) changes++;
    vowelBefore = !consonant;
  }
  return changes;
}

function consonantAfter(letter: string, first: boolean, vowelBefore: boolean): boolean {
  if (isVowel(letter)) return false;
  return letter !== 'y' || first || vowelBefore;
}

function hasVowel(stem: string): boolean {
  let vowelBefore = false;
  for (let index = 0; index < stem.length; index++) {
    vowelBefore = !consonantAfter(stem[index], index === 0, vowelBefore);
    if (vowelBefore) return true;
  }
  return false;
}

function endsDouble(word: string): boolean {
  const last = word.length - 1;
  return last > 0 && word[last] === word[last - 1] && isConsonant(word, last);
}

/** Ends consonant, vowel, consonant other than w, x, y; or is a vowel and a consonant. */
function endsShort(word: string): boolean {
  const last = word.length - 1;
  if (last === 1) return !isConsonant(word, 0) && isConsonant(word, 1);
  if (last < 1 || /[wxy]$/.test(word)) return false;
  return isConsonant(word, last - 2) && !isConsonant(word, last - 1) && isConsonant(word, last);
}
