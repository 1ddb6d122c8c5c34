import { RE2JS, RE2JSSyntaxException } from 're2js';
import { AirworthyError } from '../../../kernel/errors.ts';

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * A test whose time is linear in the text, whatever the pattern: RE2's syntax, without back-references and look-around.
 *
 * @param flags any of i, m, s
 * @throws PATTERN_INVALID for a pattern that is none
 *
 * @example
 * compilePattern('^ab+$', 'i')('ABB'); // true
 */
export function compilePattern(pattern: string, flags = ''): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(
      pattern,
      [...flags].reduce((bits, flag) => bits | (FLAGS[flag] ?? 0), 0),
    );
    return (text) => compiled.matcher(text).find();
  } catch (cause) {
    if (!(cause instanceof RE2JSSyntaxException)) throw cause;
    throw new AirworthyError('PATTERN_INVALID', {
      message: `"${pattern.slice(0, 100)}" is no regular expression: ${cause.message}`,
      cause,
    });
  }
}
