const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Digits as a person says them: 144 is "one hundred forty four"; codes and what is above a million digit by digit. */
export function numberInWords(digits: string): string {
  const number = Number(digits);
  if (digits.length > 6 || (digits.length > 1 && digits.startsWith('0')))
    return [...digits].map((digit) => SMALL[Number(digit)]).join(' ');
  return wordsOf(number);
}

function wordsOf(number: number): string {
  if (number < 20) return SMALL[number];
  if (number < 100) return followed(TENS[Math.floor(number / 10) - 2], number % 10);
  if (number < 1_000) return followed(`${wordsOf(Math.floor(number / 100))} hundred`, number % 100);
  return followed(`${wordsOf(Math.floor(number / 1_000))} thousand`, number % 1_000);
}

function followed(words: string, rest: number): string {
  return rest === 0 ? words : `${words} ${wordsOf(rest)}`;
}
