import { betaSurvival } from '../distributions/beta.ts';
import { binomialPmf } from '../distributions/binomial.ts';

/**
 * The evidence (e-value) of the cases on which two tasks differ, that gains and losses are not equally likely: a likelihood
 * ratio with a uniform prior over the share of gains. Exact for any number of cases, at any time one stops: no difference is
 * rejected where it reaches 1 / alpha (Ville's inequality), and 1 / evidence is a p-value. With `gains` only an excess of gains
 * counts as evidence: against "gains are no more likely than losses".
 *
 * @example
 * discordantEvidence(12, 1); // 45.01
 */
export function discordantEvidence(gained: number, lost: number, side: 'both' | 'gains' = 'both'): number {
  const cases = gained + lost;
  // 2^n B(b + 1, c + 1), by way of the binomial probability so that many cases do not overflow on the way.
  const evidence = 1 / ((cases + 1) * binomialPmf(gained, cases, 0.5));
  return side === 'both' ? evidence : 2 * evidence * betaSurvival(0.5, gained + 1, lost + 1);
}
