import { unitsOf } from '../measuring/clusters.ts';
import { type CompareOptions, differenceOf } from '../measuring/compare-samples.ts';
import { figureOf, type SampleFigure, TOO_FEW } from '../measuring/estimate-sample.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import { missingRange, missingShare, withMissingAs } from '../measuring/missing-scores.ts';
import { type Positions, scoredCases } from '../measuring/scored-cases.ts';
import type { GateFigure } from './judge-family.ts';
import type { Rule } from './schema.ts';
import { type SequencePlan, toSequence } from './sequential-figure.ts';
import { isLevel } from './verdict-sentence.ts';

/** What a gate's figure is made from. */
export interface FigureSource {
  rule: Rule;
  candidate: MetricSample;
  /** Absent: there is nothing to compare with. */
  baseline?: { sample: MetricSample; pairs: Int32Array } | undefined;
  rows?: Positions | undefined;
  /** Set where the figure is looked at while cases are still coming in. */
  sequence?: SequencePlan | undefined;
}

/** The figure that a rule is judged by: the metric itself, or the improvement over the baseline. */
export function gateFigure(source: FigureSource, confidence: number): GateFigure {
  const { sequence, rule, candidate, baseline, rows } = source;
  const fixed = fixedFigure(source, confidence);
  if (!sequence) return fixed;
  const margin = sequence.margin;
  const isEvidence = rule === 'better-than' && margin === 0 && !candidate.clustered && baseline !== undefined;
  return toSequence(fixed, {
    ...sequence,
    confidence,
    exact: isEvidence && candidate.metric.binary && rows === undefined,
  });
}

function fixedFigure(
  { rule, candidate, baseline, rows }: FigureSource,
  confidence: number,
): GateFigure & Discordant {
  const options = { confidence, ...(rows ? { rows } : {}) };
  if (!isLevel(rule)) {
    if (!baseline) return nothing(candidate, rows);
    const asked: CompareOptions = { ...options, pairs: baseline.pairs };
    return withReason(differenceOf(candidate, baseline.sample, asked));
  }
  const figure = figureOf(candidate, options);
  const other = baseline
    ? figureOf(baseline.sample, withPartners(options, baseline.pairs)).value
    : Number.NaN;
  return withReason({ ...figure, candidate: figure.value, baseline: other });
}

interface Discordant {
  gained?: number;
  lost?: number;
}

/** The baseline's own cases of a slice are the partners of the candidate's. */
function withPartners<Options extends { rows?: Positions }>(options: Options, pairs: Int32Array): Options {
  if (!options.rows) return options;
  const partners = Int32Array.from(options.rows, (row) => pairs[row]).filter((partner) => partner >= 0);
  return { ...options, rows: partners };
}

function withReason<Figure extends SampleFigure & { candidate: number; baseline: number }>(
  figure: Figure,
): Figure {
  if (figure.reason !== undefined || (figure.low < figure.high && hasBound(figure))) return figure;
  return { ...figure, reason: TOO_FEW };
}

const hasBound = ({ low, high }: SampleFigure): boolean => Number.isFinite(low) || Number.isFinite(high);

function nothing(candidate: MetricSample, rows: Positions | undefined): GateFigure {
  const { positions, clusters } = scoredCases(candidate, rows);
  const n = positions.length;
  return {
    ...{ value: Number.NaN, low: Number.NaN, high: Number.NaN, candidate: Number.NaN, baseline: Number.NaN },
    ...{ n, units: unitsOf(n, clusters), method: 'none', reason: 'there is no baseline' },
  };
}

/**
 * The source with every missing score taken against the candidate, and for it; undefined where none is missing. `unknown`: the
 * metric is neither a mean nor a quantile of cases, so nothing says what a missing score could do.
 */
export function missingEnds(source: FigureSource): readonly FigureSource[] | 'unknown' | undefined {
  const { candidate, baseline, rows, rule } = source;
  const others = !isLevel(rule) && baseline ? [baseline.sample] : [];
  const partners = rows && baseline ? withPartners({ rows }, baseline.pairs).rows : undefined;
  const isMissing =
    missingShare(candidate, rows) > 0 || others.some((sample) => missingShare(sample, partners) > 0);
  if (!isMissing) return undefined;
  const { kind } = candidate.metric.aggregate;
  if (kind !== 'mean' && kind !== 'quantile') return 'unknown';
  const { low, high } = missingRange([candidate, ...others]);
  const taken = (own: number, other: number): FigureSource => ({
    ...source,
    candidate: withMissingAs(candidate, own),
    ...(baseline ? { baseline: { ...baseline, sample: withMissingAs(baseline.sample, other) } } : {}),
  });
  return [taken(low, high), taken(high, low)];
}
