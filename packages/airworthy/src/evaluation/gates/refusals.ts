import { scoredCases } from '../measuring/scored-cases.ts';
import type { SuiteGateInput } from './gate-input.ts';
import { pairedShare } from './paired-share.ts';
import type { FigureSource } from './sample-figures.ts';
import type { SuiteGate } from './schema.ts';
import { isLevel } from './verdict-sentence.ts';

/** Why a gate is not decided whatever its interval says. */
export interface Refusal {
  outcome: 'undecided' | 'error';
  /** For machines: `pairing`. */
  reason: string;
  /** As a clause. */
  why: string;
  neededN?: number;
  /** It is not even judged, and so no member of a family that is corrected. */
  isFinal: boolean;
}

/** Fewer cases than this in a slice, and nothing is said of it. */
export const FEWEST_IN_SLICE = 30;
const LOWEST_PAIRING = 0.95;

/** The first thing that forbids to decide a gate; undefined where nothing does. */
export function refusalOf(input: SuiteGateInput, gate: SuiteGate, source: FigureSource): Refusal | undefined {
  const { overlap, stopped, uncalibrated } = input;
  if (overlap !== undefined) return refuse('error', 'held-out-overlap', overlap);
  const cases = scoredCases(source.candidate, source.rows).positions.length;
  if (source.rows && source.rows.length < FEWEST_IN_SLICE) {
    const why = `a slice of ${source.rows.length} cases says nothing`;
    return { ...refuse('undecided', 'insufficient', why), neededN: FEWEST_IN_SLICE };
  }
  if (cases === 0) return refuse('error', 'no-scores', 'no case has a score');
  const uncalibratedWhy = uncalibrated?.get(gate.metric);
  return (
    (isLevel(gate.rule) ? undefined : baselineRefusal(input, gate, source)) ??
    (uncalibratedWhy === undefined
      ? undefined
      : refuse('undecided', 'judge-uncalibrated', uncalibratedWhy)) ??
    (stopped === undefined || gate.onUndecided === 'extend' ? undefined : stoppedRefusal(stopped))
  );
}

/** Some cases were not asked. A gate that may be looked at any time is decided or not by those that were. */
export function stoppedRefusal(stopped: string): Refusal {
  return refuse('undecided', 'budget', stopped);
}

function baselineRefusal(
  { suite, baseline }: SuiteGateInput,
  gate: SuiteGate,
  { baseline: sample, rows, candidate }: FigureSource,
): Refusal | undefined {
  if (!baseline) {
    const why = `there is no baseline to compare with; \`airworthy bless ${suite} --reason …\` makes an evaluation one`;
    return refuse('undecided', 'no-baseline', why);
  }
  const stale = baseline.stale?.get(gate.metric);
  if (stale !== undefined || !sample) {
    return refuse('undecided', 'baseline-stale', stale ?? `the baseline has no metric "${gate.metric}"`);
  }
  const { paired, of: most } = pairedShare({ candidate, baseline: sample.sample, pairs: sample.pairs }, rows);
  if (paired >= LOWEST_PAIRING * most) return undefined;
  const share = Math.floor((1000 * paired) / most) / 10;
  return refuse(
    'undecided',
    'pairing',
    `only ${paired} of ${most} cases (${share} %) are judged in both, 95 % are asked for`,
  );
}

function refuse(outcome: Refusal['outcome'], reason: string, why: string): Refusal {
  return {
    outcome,
    reason,
    why,
    isFinal: outcome === 'error' || reason === 'insufficient' || reason === 'no-baseline',
  };
}
