import { betaTails } from './beta.ts';
import { logBinomialTerm } from './factorial-terms.ts';

/** P(K = k), K hits in n trials of probability p. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  return Math.exp(logBinomialTerm(k, n, p, 1 - p));
}

/** P(K <= k). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaTails(p, 1 - p, k + 1, n - k).upper;
}

/** P(K > k). */
export function binomialSurvival(k: number, n: number, p: number): number {
  if (k < 0) return 1;
  if (k >= n) return 0;
  return betaTails(p, 1 - p, k + 1, n - k).lower;
}

/** The smallest k with P(K <= k) >= probability, equality being judged to within rounding. */
export function binomialQuantile(probability: number, n: number, p: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, p) >= probability * (1 - 1e-14)) high = middle;
    else low = middle + 1;
  }
  return low;
}
