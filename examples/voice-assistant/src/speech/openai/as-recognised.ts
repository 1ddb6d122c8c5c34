import { numberInWords } from './number-in-words.ts';

/** Whisper writes of what it hears besides speech: `[BLANK_AUDIO]`, `(music)`, `♪`. */
const ASIDES = /\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|♪/g;

/** Text as planners expect it: lower case, numbers as words, no punctuation but apostrophes. */
export function asRecognised(text: string): string {
  return text
    .replace(ASIDES, ' ')
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .replace(/(\d+)\s*%/g, '$1 percent')
    .replace(/(\d+)\.(\d+)/g, (_, whole: string, part: string) => `${whole} point ${[...part].join(' ')}`)
    .replace(/\d+/g, (digits) => ` ${numberInWords(digits)} `)
    .replace(/[^\p{L}' ]+/gu, ' ')
    .replace(/(?<!\p{L})'|'(?!\p{L})/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
