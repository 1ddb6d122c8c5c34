import { count } from '../../kernel/figures.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import type { GateSlice } from './gate-input.ts';
import type { GateFigure } from './judge-family.ts';
import { FEWEST_IN_SLICE } from './refusals.ts';
import { type FigureSource, gateFigure } from './sample-figures.ts';
import type { Rule } from './schema.ts';
import { isLevel } from './verdict-sentence.ts';

export interface WorstSlice {
  name: string;
  figure: GateFigure;
}

/** The slice that does worst by the figure of the rule, of those with enough cases; undefined where none has. */
export function findWorstSlice(
  source: FigureSource,
  slices: readonly GateSlice[],
  confidence: number,
): WorstSlice | undefined {
  const turned = isLevel(source.rule) && source.candidate.metric.better === 'lower' ? -1 : 1;
  let worst: WorstSlice | undefined;
  for (const { name, rows } of slices) {
    if (rows.length < FEWEST_IN_SLICE) continue;
    const figure = gateFigure({ ...source, rows }, confidence);
    if (Number.isNaN(figure.value)) continue;
    if (!worst || turned * figure.value < turned * worst.figure.value) worst = { name, figure };
  }
  return worst;
}

/** `Worst slice: lang=de, 0.12 worse (0.05 to 0.19 worse …)`, as a sentence. */
export function describeWorst({ name, figure }: WorstSlice, rule: Rule, { unit }: MetricSpec): string {
  const { value, low, high, n } = figure;
  const isKnown = Number.isFinite(low) && Number.isFinite(high);
  const places = isKnown ? Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(high - low)))) : 4;
  const after = unit === undefined ? '' : ` ${unit}`;
  const signed = (each: number) => (isLevel(rule) || each < 0 ? '' : '+') + each.toFixed(places);
  const interval = isKnown ? `, ${signed(low)} to ${signed(high)}` : '';
  return `Worst slice: ${name} at ${signed(value)}${after} (n = ${count(n)}${interval}).`;
}
