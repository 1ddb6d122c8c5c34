/** Longest sentence that is taken. */
export const LONGEST_TEXT = 500;

/**
 * A typed sentence as speech recognition would write it: lower case, numbers as words, no punctuation but apostrophes.
 *
 * @example
 * asSpoken('Set a timer for 25 minutes!'); // 'set a timer for twenty five minutes'
 */
export function asSpoken(typed: string): string {
  return typed
    .slice(0, LONGEST_TEXT)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[’‘`]/g, "'")
    .replaceAll(/(\d),(?=\d{3})/g, '$1')
    .replaceAll(/(\d):(\d\d)/g, '$1 $2')
    .replaceAll(/(\d)\s*-\s*(?=\d)/g, '$1 minus ')
    .replaceAll(/\d+(\.\d+)?/g, (digits) => ` ${numberInWords(digits)} `)
    .replaceAll(/[%+*×÷=/]/g, (sign) => ` ${SIGNS[sign]} `)
    .replaceAll(/(^|\s)-(?=\s)/g, ' minus ')
    .replaceAll(/(^|[^\p{L}])'|'(?=[^\p{L}]|$)/gu, '$1 ')
    .replaceAll(/[^\p{L}\p{M}']+/gu, ' ')
    .trim();
}

const SIGNS: Readonly<Record<string, string>> = {
  '%': 'percent',
  '+': 'plus',
  '*': 'times',
  '×': 'times',
  '÷': 'divided by',
  '/': 'divided by',
  '=': 'equals',
};

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const THOUSANDS = ['', ' thousand', ' million', ' billion'];

function numberInWords(digits: string): string {
  const [whole, fraction] = digits.split('.');
  const said = whole.length > 12 ? digitByDigit(whole) : wholeInWords(Number(whole));
  return fraction === undefined ? said : `${said} point ${digitByDigit(fraction)}`;
}

function digitByDigit(digits: string): string {
  return [...digits].map((digit) => SMALL[Number(digit)]).join(' ');
}

function wholeInWords(value: number): string {
  if (value === 0) return SMALL[0];
  const groups: string[] = [];
  for (let [rest, power] = [value, 0]; rest > 0; rest = Math.floor(rest / 1_000), power++)
    if (rest % 1_000 > 0) groups.unshift(`${hundredsInWords(rest % 1_000)}${THOUSANDS[power]}`);
  return groups.join(' ');
}

function hundredsInWords(value: number): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const below =
    rest < 20
      ? SMALL[rest]
      : [TENS[Math.floor(rest / 10) - 1], ...(rest % 10 > 0 ? [SMALL[rest % 10]] : [])].join(' ');
  if (hundreds === 0) return below;
  return rest === 0 ? `${SMALL[hundreds]} hundred` : `${SMALL[hundreds]} hundred ${below}`;
}
