import { sha256 } from '../../../kernel/ids.ts';
import type { SyntaxNode } from './load-grammar.ts';

/** A program as a tree without whitespace, comments, styles of quotes, and marks that only separate. */
export interface TreeShape {
  /** Equal for equal trees. */
  digest: string;
  /** Every subtree with an inner node, by its digest, with how often it occurs. */
  subtrees: ReadonlyMap<string, number>;
}

const CLOSING = new Set([')', ']', '}', '>']);
const QUOTES = /^['"]+$/;

/** Nodes deeper than this are read as text: no program that people write is so deep. */
const DEEPEST = 500;

export function shapeOf(root: SyntaxNode): TreeShape {
  const subtrees = new Map<string, number>();
  const visit = (node: SyntaxNode, depth: number): string => {
    const children = depth < DEEPEST ? meaningful(node.children) : [];
    if (children.length === 0) return leaf(node);
    const digest = sha256(`${node.type}(${children.map((child) => visit(child, depth + 1)).join()})`);
    subtrees.set(digest, (subtrees.get(digest) ?? 0) + 1);
    return digest;
  };
  return { digest: visit(root, 0), subtrees };
}

/** A leaf is its text; an empty string literal, of which only the quotes are left, is nothing. */
function leaf({ type, text, children }: SyntaxNode): string {
  return JSON.stringify([type, children.length > 0 && QUOTES.test(text) ? '' : text]);
}

/**
 * Children that say something: no comments, no line ends, no quotes (another kind of literal is another kind of node), no
 * semicolon at the end of a statement and no comma after the last item.
 */
function meaningful(children: SyntaxNode['children']): SyntaxNode[] {
  const present = children.filter((child): child is SyntaxNode => child !== null && !isSilent(child));
  return present.filter((child, index) => {
    const next = present[index + 1];
    if (child.text === ';') return next !== undefined;
    if (child.text === ',')
      return next !== undefined && !(CLOSING.has(next.text) && present[index - 1]?.isNamed);
    return true;
  });
}

function isSilent({ type, text, isMissing, isNamed }: SyntaxNode): boolean {
  const isBlank = isNamed ? text === '' : text.trim() === '';
  return isMissing || isBlank || type.includes('comment') || QUOTES.test(text);
}

/** The share of subtrees that both have, 0 to 1: 2 × common / all (Dice). */
export function treeLikeness(a: TreeShape, b: TreeShape): number {
  if (a.digest === b.digest) return 1;
  let common = 0;
  for (const [digest, count] of a.subtrees) common += Math.min(count, b.subtrees.get(digest) ?? 0);
  const all = total(a) + total(b);
  return all === 0 ? 0 : (2 * common) / all;
}

function total({ subtrees }: TreeShape): number {
  let sum = 0;
  for (const count of subtrees.values()) sum += count;
  return sum;
}
