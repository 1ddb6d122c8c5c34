import type { Interval } from '../../stats/intervals.ts';
import { type Asked, acceptedBy, type Judgement, judge, nearestBound } from './judge.ts';

/** A figure that a gate is judged by: an improvement over a baseline, or a metric itself. NaN and infinities where there is none. */
export interface GateFigure extends Interval {
  value: number;
  n: number;
  /** Independent units behind it; as many as n where rows are independent. */
  units: number;
  method: string;
  p?: number;
  candidate: number;
  baseline: number;
  /** Why there is no figure or no interval. */
  reason?: string;
}

/** The figure at a confidence: gates that are judged together are judged at a higher one. */
export type FigureAt = (confidence: number) => GateFigure;

export interface JudgedFigure {
  figure: GateFigure;
  /** Of the figure's interval. */
  confidence: number;
  judgement: Judgement;
}

/** Judges one figure; what has no interval is undecided. */
export function judgeFigure(asked: Asked, { value, low, high, n }: GateFigure): Judgement {
  const isKnown = !Number.isNaN(value) && low < high;
  return isKnown ? judge(asked, { estimate: value, low, high, n }) : { outcome: 'undecided' };
}

/**
 * Judges figures that a gate asks the same of, such as slices. All must pass, so a pass needs no correction; but the more slices
 * the likelier that one fails by chance: failures are corrected by Holm's steps, the clearest first, each at the confidence that
 * keeps the chance of ANY false failure below 1 - `confidence`.
 */
export function judgeFamily(asked: Asked, confidence: number, members: readonly FigureAt[]): JudgedFigure[] {
  const judged = members.map((figureAt): JudgedFigure => {
    const figure = figureAt(confidence);
    return { figure, confidence, judgement: judgeFigure(asked, figure) };
  });
  if (members.length < 2) return judged;
  const failing = judged
    .map(({ judgement, figure }, member) => ({ member, judgement, depth: depthOf(asked, figure) }))
    .filter(({ judgement }) => judgement.outcome === 'fail')
    .sort((a, b) => b.depth - a.depth);
  let isOpen = true;
  for (const [rank, { member }] of failing.entries()) {
    const stricter = 1 - (1 - confidence) / (members.length - rank);
    const figure = members[member](stricter);
    const judgement = judgeFigure(asked, figure);
    isOpen = isOpen && judgement.outcome === 'fail';
    judged[member] = {
      figure,
      confidence: stricter,
      judgement: isOpen || judgement.outcome !== 'fail' ? judgement : { outcome: 'undecided' },
    };
  }
  return judged;
}

/** How far the estimate lies from what is asked, in half-widths of its interval. */
function depthOf(asked: Asked, { value, low, high }: GateFigure): number {
  return Math.abs(value - nearestBound(acceptedBy(asked), value)) / (high - low);
}
