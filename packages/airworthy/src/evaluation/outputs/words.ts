import type { Outcome } from '../gates/schema.ts';
import type { SuiteReport } from '../report/schema.ts';

/** Outcomes as people read them: never by colour alone. */
export const WORD: Record<Outcome, string> = {
  pass: 'pass',
  fail: 'fail',
  undecided: 'undecided',
  error: 'cannot be judged',
};

/** Where emoji are drawn: comments. */
export const MARK: Record<Outcome, string> = { pass: '✅', fail: '❌', undecided: '❔', error: '⛔' };

/** Signs that every font has. */
export const SIGN: Record<Outcome, string> = { pass: '✓', fail: '✗', undecided: '?', error: '!' };

/** The report in a sentence, for below a heading that has the outcome already. */
export function sentenceBelow({ outcome, sentence }: Pick<SuiteReport, 'outcome' | 'sentence'>): string {
  const said = `${outcome}: `;
  return sentence.startsWith(said) ? sentence.slice(said.length) : sentence;
}

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
