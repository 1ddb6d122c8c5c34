import { z } from 'zod';
import { answerOf, COMPARED, expectedOf, referencesOf, textOf } from '../answer.ts';
import { RIGHT_OR_WRONG, scorerType } from '../scorer-type.ts';
import { unscorable, verdict } from '../scores.ts';
import { compilePattern } from './compile-pattern.ts';

/** Compiled patterns that cases bring along; more than these are compiled again. */
const KEPT_PATTERNS = 1000;

/** The answer has a match of the pattern (of one, where a case brings several). */
export const regex = scorerType({
  type: 'regex',
  version: 1,
  options: z.strictObject({
    ...COMPARED,
    value: z.string().optional().describe('The pattern (RE2 syntax); the case’s own where absent.'),
    flags: z
      .string()
      .regex(/^[ims]*$/)
      .default('')
      .describe('i: any case; m: ^ and $ at lines; s: . matches line ends.'),
  }),
  create(options) {
    const compiled = new Map<string, (text: string) => boolean>();
    const compile = (pattern: string) => {
      const known = compiled.get(pattern);
      if (known) return known;
      if (compiled.size >= KEPT_PATTERNS) compiled.clear();
      const test = compilePattern(pattern, options.flags);
      compiled.set(pattern, test);
      return test;
    };
    if (options.value !== undefined) compile(options.value);
    return {
      parts: [RIGHT_OR_WRONG],
      score(each, output) {
        const patterns = referencesOf(expectedOf(each, options));
        if (patterns === undefined) return unscorable('the case has no pattern');
        const text = textOf(answerOf(output, options));
        return verdict(
          patterns.some((pattern) => compile(pattern)(text)),
          'no-match',
        );
      },
    };
  },
});
