import type { SpokenSentences } from '../to-jsgf.ts';

const UNITS = '(one|two|three|four|five|six|seven|eight|nine)';
const TEENS = '(ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)';
const TENS = '(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)';
const BELOW_HUNDRED = `(${UNITS}|${TEENS}|${TENS} [${UNITS}])`;

/** Values of a speech grammar that nobody has to write down one by one: durations and sums of two numbers. */
export const SPOKEN_NUMBERS: SpokenSentences = {
  templates: [],
  values: {
    duration: [
      `${BELOW_HUNDRED} (second|seconds|minute|minutes|hour|hours)`,
      `${UNITS} and a half (minutes|hours)`,
      '(half|a quarter of|three quarters of) an hour',
      '(a|one) minute [and a half]',
      '(an|one) hour [and (a half|a quarter)]',
    ],
    expression: [
      `${BELOW_HUNDRED} (plus|minus|times|divided by) ${BELOW_HUNDRED}`,
      `${BELOW_HUNDRED} percent of ${BELOW_HUNDRED}`,
      `(the square root of|half of) ${BELOW_HUNDRED}`,
      `${BELOW_HUNDRED} squared`,
    ],
  },
};
