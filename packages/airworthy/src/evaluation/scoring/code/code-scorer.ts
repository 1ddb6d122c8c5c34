import { z } from 'zod';
import { answerOf, COMPARED, expectedOf, referencesOf, textOf } from '../answer.ts';
import { RIGHT_OR_WRONG, SHARE, scorerType } from '../scorer-type.ts';
import { failed, scored, unscorable, verdict } from '../scores.ts';
import { shapeOf, type TreeShape, treeLikeness } from './compare-trees.ts';
import { CODE_LANGUAGES, loadGrammar } from './load-grammar.ts';

/** Shapes of references that are kept: the same case is scored in every trial. */
const KEPT_SHAPES = 1000;

/**
 * Code compared by its syntax tree: the same but for whitespace, comments, quotes and separators is right; `similarity` is the share of
 * subtrees that both have. It says nothing of what the code does. Of an answer with a fenced block the first block counts.
 */
export const code = scorerType({
  type: 'code',
  version: 1,
  aliases: { 'code-ast': {} },
  options: z.strictObject({
    ...COMPARED,
    language: z.enum(CODE_LANGUAGES).describe('The language of the code.'),
  }),
  async create(options) {
    const parse = await loadGrammar(options.language);
    const kept = new Map<string, TreeShape | undefined>();
    const referenceShape = (text: string) => {
      if (kept.has(text)) return kept.get(text);
      if (kept.size >= KEPT_SHAPES) kept.clear();
      const shape = parse(text, shapeOf);
      kept.set(text, shape);
      return shape;
    };
    const both = <Score>(score: Score) => ({ '': score, similarity: score });
    return {
      parts: [RIGHT_OR_WRONG, { ...SHARE, part: 'similarity' }],
      score(each, output) {
        const references = referencesOf(expectedOf(each, options));
        if (!references) return both(unscorable('the case says nothing that is expected'));
        const shapes = references.map((reference) => referenceShape(reference));
        const known = shapes.filter((shape) => shape !== undefined);
        if (known.length < shapes.length) return both(failed('the expected code has a syntax error'));
        const answer = parse(unfenced(textOf(answerOf(output, options))), shapeOf);
        if (!answer) return both(scored(0, { code: 'syntax-error' }));
        const likeness = Math.max(...known.map((shape) => treeLikeness(answer, shape)));
        return { '': verdict(likeness === 1, 'other-tree'), similarity: scored(likeness) };
      },
    };
  },
});

/** The first fenced block of a text; a text without one as it is. */
function unfenced(text: string): string {
  return /^```[^\n]*\n([\s\S]*?)^```/m.exec(text)?.[1] ?? text;
}
