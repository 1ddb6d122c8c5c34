import { findSkill } from '../skills/registry.ts';
import type { Call } from '../skills/skill.ts';
import { readNumber, splitWords } from '../skills/spoken/numbers.ts';
import type { CallProblem } from './turn.ts';

/**
 * Arguments with words that the person did not say. What a note, the news or a model adds to a sentence cannot become
 * part of a call. Figures are the same as numbers in words: a language model writes "10 minutes" for "ten minutes".
 */
export function findUnsaidWords(calls: readonly Call[], said: string): CallProblem[] {
  const words = wordsOf(said);
  const heard = new Set([...words, ...withFigures(words)]);
  return calls.flatMap((call) =>
    Object.entries(call.arguments).flatMap(([argument, value]) => {
      if (typeof value !== 'string' || !isWords(call.name, argument)) return [];
      const given = wordsOf(value);
      if (given.every((word) => heard.has(word))) return [];
      const unsaid = withFigures(given).filter((word) => !heard.has(word));
      if (unsaid.length === 0) return [];
      const message = `${call.name}, argument "${argument}": nobody said "${unsaid.join(' ')}"`;
      return [{ code: 'not-allowed' as const, message }];
    }),
  );
}

function isWords(skill: string, argument: string): boolean {
  const schema = findSkill(skill)?.parameters.properties[argument];
  return schema !== undefined && 'maxLength' in schema;
}

/** In lower case, without punctuation and signs of arithmetic. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/[.,!?;:"]+(?=\s|$)/g, ' ');
  return splitWords(plain).filter((word) => /[\p{L}\p{N}]/u.test(word));
}

function withFigures(words: readonly string[]): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < words.length; ) {
    const number = readNumber(words, at);
    tokens.push(number === null ? words[at] : String(number.value));
    at = number?.next ?? at + 1;
  }
  return tokens;
}
