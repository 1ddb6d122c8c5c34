/** Part of a sentence pattern. */
export type PatternPart =
  | { kind: 'word'; word: string }
  | { kind: 'slot'; slot: string }
  | { kind: 'choice'; ways: readonly (readonly PatternPart[])[] };

const TOKEN = /\{\w+\}|[[\]()|]|[^\s{}[\]()|]+/g;
const CLOSING = { '[': ']', '(': ')' } as const;

/**
 * Reads `[please] (turn|switch) off the {room} light`: words, slots, optional parts and choices.
 * @throws Error where a bracket has no partner
 */
export function parsePattern(pattern: string): PatternPart[] {
  const tokens = pattern.match(TOKEN) ?? [];
  const { ways, next } = readWays(tokens, 0, null);
  if (next !== tokens.length) throw new Error(`"${pattern}": "${tokens[next]}" closes nothing`);
  return ways.length === 1 ? ways[0] : [{ kind: 'choice', ways }];
}

function readWays(tokens: readonly string[], start: number, closing: string | null) {
  const ways: PatternPart[][] = [[]];
  let next = start;
  while (next < tokens.length && tokens[next] !== ']' && tokens[next] !== ')') {
    const token = tokens[next];
    next += 1;
    if (token === '|') ways.push([]);
    else if (token === '[' || token === '(') {
      const inner = readWays(tokens, next, CLOSING[token]);
      next = inner.next;
      ways.at(-1)?.push({ kind: 'choice', ways: token === '[' ? [...inner.ways, []] : inner.ways });
    } else if (token.startsWith('{')) ways.at(-1)?.push({ kind: 'slot', slot: token.slice(1, -1) });
    else ways.at(-1)?.push({ kind: 'word', word: token });
  }
  if (closing === null) return { ways, next };
  if (tokens[next] !== closing) throw new Error(`"${tokens.join(' ')}": a "${closing}" is missing`);
  return { ways, next: next + 1 };
}
