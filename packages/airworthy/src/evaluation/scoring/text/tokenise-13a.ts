import { wordsOf } from './ngrams.ts';

const ENTITIES: readonly [string, string][] = [
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
];

/**
 * Splits punctuation from words as the WMT scoring script mteval-v13a does: all ASCII punctuation but the apostrophe, comma,
 * full stop and dash; the latter three only where they are not inside a number.
 */
export function tokenise13a(text: string): string[] {
  let line = text.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  for (const [entity, character] of ENTITIES) line = line.replaceAll(entity, character);
  return wordsOf(
    ` ${line} `
      .replaceAll(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
      .replaceAll(/([^0-9])([.,])/gu, '$1 $2 ')
      .replaceAll(/([.,])([^0-9])/gu, ' $1 $2')
      .replaceAll(/([0-9])(-)/g, '$1 $2 '),
  );
}
