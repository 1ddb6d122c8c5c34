import { type Interval, wilson } from '../intervals.ts';
import { mcnemar } from '../tests.ts';

/** What a judge said of the same two answers in both orders. `a` first, then `b` first. */
export type BothOrders = readonly ['a' | 'b' | 'tie', 'a' | 'b' | 'tie'];

/** Asked in both orders: an answer wins only if it wins in both, or wins once and ties once; else it is a tie. */
export function consistentWinner([first, second]: BothOrders): 'a' | 'b' | 'tie' {
  if (first === second) return first;
  if (first === 'tie') return second;
  return second === 'tie' ? first : 'tie';
}

export interface PositionBias {
  n: number;
  /** Share of pairs whose winner changed with the order, with its Wilson interval. */
  inconsistent: { rate: number } & Interval;
  /** Of these, how many went to whichever came first, and to whichever came second. */
  toFirst: number;
  toSecond: number;
  /** That the two are equally likely: McNemar's mid-p. */
  p: number;
}

/** How far a judge's preference depends on which answer it reads first. */
export function positionBias(pairs: readonly BothOrders[], confidence = 0.95): PositionBias {
  let [toFirst, toSecond] = [0, 0];
  for (const [first, second] of pairs) {
    if (first === 'a' && second === 'b') toFirst++;
    if (first === 'b' && second === 'a') toSecond++;
  }
  const n = pairs.length;
  const changed = toFirst + toSecond;
  return {
    n,
    inconsistent: { rate: changed / n, ...wilson(changed, n, confidence) },
    toFirst,
    toSecond,
    p: mcnemar(toFirst, toSecond).mid,
  };
}
