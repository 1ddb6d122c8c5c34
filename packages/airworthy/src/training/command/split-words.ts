import { AirworthyError } from '../../kernel/errors.ts';

/** What a shell would act on; here it would reach the program as an argument and do nothing. */
const SHELL_ONLY = /[|&;<>$`*]/;

/**
 * Splits a command line into words as a POSIX shell would, as far as that needs no shell: spaces part words, '…' and
 * "…" hold them together, a backslash before a space, a quote or a backslash takes it literally.
 *
 * @throws CONFIG_INVALID for a quote that is not closed and for what only a shell could do (pipes, variables, globs).
 * @example
 * splitWords(`python3 train.py --name 'two words'`); // ['python3', 'train.py', '--name', 'two words']
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    const isEscape = character === '\\' && quote !== "'" && /[\s'"\\]/.test(line[at + 1] ?? '');
    if (isEscape) word = (word ?? '') + line[++at];
    else if (quote !== null) {
      if (character === quote) quote = null;
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      if (SHELL_ONLY.test(character)) throw needsShell(line, character);
      word = (word ?? '') + character;
    }
  }
  if (quote !== null) throw invalid(`a ${quote} is not closed in the command: ${line}`, 'Close the quote.');
  return word === null ? words : [...words, word];
}

function needsShell(line: string, character: string): AirworthyError {
  return invalid(
    `no shell reads the command, and "${character}" means something to a shell only: ${line}`,
    `Put it in quotes to pass it on as it is, or name a shell: command(['sh', '-c', '…']).`,
  );
}

function invalid(message: string, remedy: string): AirworthyError {
  return new AirworthyError('CONFIG_INVALID', { message, at: 'training.trainer', remedy });
}
