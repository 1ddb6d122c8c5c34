import { binomialPmf } from '../../stats/distributions/binomial.ts';
import { criticalZ, type Interval, unseenShare } from '../../stats/intervals.ts';
import { confidenceSequence, SEQUENCE_BURN_IN } from '../../stats/sequential/confidence-sequence.ts';
import { discordantEvidence } from '../../stats/sequential/discordant-evidence.ts';
import type { GateFigure } from './judge-family.ts';

/** A gate that is looked at again and again until it is decided. */
export interface SequencePlan {
  /** Cases that are planned; the sequence is narrowest there. */
  plannedCases: number;
  /** The gate's; with none, and 0/1 scores, there is an exact test. */
  margin: number;
}

interface Looked {
  plannedCases: number;
  confidence: number;
  exact: boolean;
}

/**
 * A figure of which one may look at every new value: its interval is wider, so that the chance of EVER being wrong stays what it is
 * said to be. Asymptotic confidence sequence from the standard error that the fixed interval shows; of 0/1 scores against a baseline
 * without a margin the exact one of discordant cases.
 */
export function toSequence(
  fixed: GateFigure & { gained?: number; lost?: number },
  { plannedCases, confidence, exact }: Looked,
): GateFigure {
  const { gained, lost, value, low, high, n, units } = fixed;
  if (exact && gained !== undefined && lost !== undefined && n > 0) {
    const p = Math.min(1, 1 / discordantEvidence(gained, lost));
    return {
      ...fixed,
      ...discordantSequence(gained, lost, n, 1 - confidence),
      p,
      method: 'discordant e-value (anytime)',
    };
  }
  if (units < SEQUENCE_BURN_IN) {
    const open = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    return {
      ...fixed,
      ...open,
      reason: `a sequence says nothing of fewer than ${SEQUENCE_BURN_IN} cases or clusters`,
    };
  }
  const standardError = Math.max(value - low, high - value) / criticalZ(confidence);
  const plannedN = Math.max(units, Math.round((plannedCases * units) / n));
  const sequence = confidenceSequence(
    { value, standardError, n: units },
    { alpha: 1 - confidence, plannedN },
  );
  return { ...withoutP(fixed), ...sequence, method: `confidence sequence (anytime), ${fixed.method}` };
}

/** A p-value of one look is none of many. */
function withoutP({ p: _, ...figure }: GateFigure): GateFigure {
  return figure;
}

/**
 * The shares of gains among discordant cases that a uniform mixture does not reject at any time (Ville's inequality), as
 * differences: 0 is outside exactly where the e-value against "gains and losses are equally likely" reaches 1 / alpha.
 */
export function discordantSequence(gained: number, lost: number, n: number, alpha: number): Interval {
  const cases = gained + lost;
  const seen = cases === 0 ? 0.5 : gained / cases;
  // The log of the e-value against this share of gains, less what it takes to reject.
  const evidence = (share: number) =>
    Math.log(alpha) - Math.log((cases + 1) * binomialPmf(gained, cases, share));
  const low = evidence(0) < 0 ? 0 : crossing(evidence, 0, seen);
  const high = evidence(1) < 0 ? 1 : crossing(evidence, 1, seen);
  const discordance = Math.max(cases / n, unseenShare(n, 1 - alpha));
  return { low: discordance * (2 * low - 1), high: discordance * (2 * high - 1) };
}

/** Where a falling (from outside to inside) function is 0, by halving. */
function crossing(of: (share: number) => number, outside: number, inside: number): number {
  let [out, within] = [outside, inside];
  for (let step = 0; step < 60; step++) {
    const middle = (out + within) / 2;
    if (of(middle) >= 0) out = middle;
    else within = middle;
  }
  return (out + within) / 2;
}
