import { betaSurvival } from '../distributions/beta.ts';
import { binomialPmf } from '../distributions/binomial.ts';

/** More evidence than this is not told apart, so that products stay numbers. */
const MOST = 1e100;

/**
 * The evidence (e-value) of so many hits and misses that the share of hits is above `share`: a likelihood ratio with a uniform
 * prior over the shares above it. Exact for any number, at any time one stops: that the share is no higher is rejected where
 * it reaches 1 / alpha (Ville's inequality). Evidence of independent counts may be multiplied.
 *
 * Of two arms to which requests are assigned at random, give the incidents of one as hits, those of the other as misses, and
 * the first one's part of the requests as `share`: then it is evidence that incidents are more frequent there, whatever their
 * rate is and however it changes.
 *
 * @example
 * shareEvidence(12, 1, 0.5); // 89.94, as discordantEvidence(12, 1, 'gains')
 */
export function shareEvidence(hits: number, misses: number, share: number): number {
  const n = hits + misses;
  if (n === 0) return 1;
  const above = betaSurvival(share, hits + 1, misses + 1);
  // So few hits that no share above the given one is likely at all; the likelihood may be nothing as well.
  if (above === 0) return 0;
  return Math.min(MOST, above / ((1 - share) * (n + 1) * binomialPmf(hits, n, share)));
}
