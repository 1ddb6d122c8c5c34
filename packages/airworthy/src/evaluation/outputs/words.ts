import type { Outcome } from '../gates/schema.ts';

/** Outcomes as people read them: never by colour alone. */
export const WORD: Record<Outcome, string> = {
  pass: 'pass',
  fail: 'fail',
  undecided: 'undecided',
  error: 'cannot be judged',
};

export const MARK: Record<Outcome, string> = { pass: '✅', fail: '❌', undecided: '❔', error: '⛔' };

/** As code of Markdown, whatever backticks the text has. */
export function code(text: string): string {
  const flat = text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll('|', '\\|');
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${flat}${fence}` : `${fence} ${flat} ${fence}`;
}
