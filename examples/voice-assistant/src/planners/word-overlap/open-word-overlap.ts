import type { Call } from '../../skills/skill.ts';
import type { Planner, Tool } from '../planner.ts';
import { type ValueSchema, valueFinder } from './find-value.ts';

/** Under this share of the function's words nothing is called. */
const LEAST_OVERLAP = 0.15;
const COMMON = new Set(
  'a an the of for in on to and or is are be with from by at as it this that what which who how given get find calculate using use value number'.split(
    ' ',
  ),
);

interface Parameters {
  properties?: Readonly<Record<string, ValueSchema>>;
  required?: readonly string[];
}

/**
 * No model: takes the function whose name and description share most words with the sentence, and fills what it requires
 * with what has the right type, in order. The floor under anything that calls itself a planner for any tools.
 */
export function openWordOverlap(): Planner {
  return {
    name: 'word-overlap',
    version: '1',
    async plan({ text, tools = [] }) {
      const said = wordsOf(text);
      const ranked = tools
        .map((tool) => ({ tool, overlap: overlapOf(said, tool) }))
        .sort((a, b) => b.overlap - a.overlap);
      const [best] = ranked;
      const calls = best === undefined || best.overlap < LEAST_OVERLAP ? [] : [callOf(best.tool, text)];
      return {
        calls,
        confidence: best?.overlap ?? 0,
        raw: ranked.map(({ tool, overlap }) => `${tool.function.name} ${overlap.toFixed(2)}`).join(', '),
      };
    },
    async close() {},
  };
}

function callOf({ function: { name, parameters } }: Tool, text: string): Call {
  const { properties = {}, required = [] } = parameters as Parameters;
  const find = valueFinder(text);
  const values = required.map((key) => [key, find(properties[key] ?? {})] as const);
  return { name, arguments: Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
}

/** The share of a function's words that were said; those of its name count twice. */
function overlapOf(said: ReadonlySet<string>, { function: { name, description = '' } }: Tool): number {
  const named = wordsOf(name);
  const described = wordsOf(description);
  const shared = (words: ReadonlySet<string>) => words.intersection(said).size;
  const total = 2 * named.size + described.size;
  return total === 0 ? 0 : (2 * shared(named) + shared(described)) / total;
}

/** Without endings, so that "areas" is "area". */
function wordsOf(text: string): Set<string> {
  const split = text.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const words = split.match(/[a-z]+/g) ?? [];
  return new Set(words.filter((word) => !COMMON.has(word)).map((word) => word.replace(/(ing|es|s)$/, '')));
}
