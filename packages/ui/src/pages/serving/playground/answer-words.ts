import { metricFigure } from '../../../format/figures.ts';
import type { Answer } from './predict.ts';

/** What was predicted, in words. */
export function inWords({ value, label, probability, output }: Answer): string {
  if (typeof value === 'number') return `Predicts ${metricFigure(value)}`;
  if (output !== undefined) return typeof output === 'string' ? output : JSON.stringify(output);
  const sure = typeof probability === 'number' ? `, probability ${metricFigure(probability)}` : '';
  return label === undefined ? 'Answered' : `Predicts ${String(label)}${sure}`;
}

/** How far two answers to one record are apart, in words. */
export function apartInWords(one: Answer, other: Answer): string {
  const key = ['value', 'probability'].find(
    (each) => typeof one[each] === 'number' && typeof other[each] === 'number',
  );
  const distance = key === undefined ? null : Math.abs(Number(one[key]) - Number(other[key]));
  const apart = distance === null ? '' : `, ${metricFigure(distance)} apart`;
  if (one.label !== undefined || other.label !== undefined)
    return one.label === other.label ? `Both say ${String(one.label)}${apart}.` : `They disagree${apart}.`;
  if (distance !== null) return distance === 0 ? 'The same figure.' : `The figures are${apart.slice(1)}.`;
  return JSON.stringify(one.output) === JSON.stringify(other.output)
    ? 'The same answer.'
    : 'The answers differ.';
}
