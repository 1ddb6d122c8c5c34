import { logBinomialTerm } from './factorial-terms.ts';

/** `drawn` of `all` items, `marked` of which are marked. */
export interface Urn {
  all: number;
  marked: number;
  drawn: number;
}

/** P(X = hits): so many of the drawn are marked. */
export function hypergeometricPmf(hits: number, { all, marked, drawn }: Urn): number {
  if (hits < 0 || hits > drawn || hits > marked || drawn - hits > all - marked) return 0;
  if (marked === 0 || marked === all) return 1;
  // Three binomial terms of one share: what they have in common cancels, and none of them overflows (Loader 2000).
  const [p, q] = [marked / all, (all - marked) / all];
  const log =
    logBinomialTerm(hits, drawn, p, q) +
    logBinomialTerm(marked - hits, all - drawn, p, q) -
    logBinomialTerm(marked, all, p, q);
  return Math.exp(log);
}

/** P(X >= hits): the p-value of so many or more. */
export function hypergeometricAtLeast(hits: number, urn: Urn): number {
  const { all, marked, drawn } = urn;
  const first = Math.max(hits, 0, drawn - (all - marked));
  const last = Math.min(drawn, marked);
  const mean = (drawn * marked) / all;
  // From the far end of the smaller side inwards the terms fall fast.
  if (first <= mean) return Math.max(0, 1 - sumDown(first - 1, urn));
  let term = hypergeometricPmf(first, urn);
  let total = 0;
  for (let x = first; x <= last && term > total * 1e-18; x++) {
    total += term;
    term *= ((marked - x) * (drawn - x)) / ((x + 1) * (all - marked - drawn + x + 1));
  }
  return Math.min(1, total);
}

/** P(X <= hits), for hits below the mean. */
function sumDown(hits: number, urn: Urn): number {
  const { all, marked, drawn } = urn;
  let term = hypergeometricPmf(hits, urn);
  let total = 0;
  for (let x = hits; x >= 0 && term > total * 1e-18; x--) {
    total += term;
    term *= (x * (all - marked - drawn + x)) / ((marked - x + 1) * (drawn - x + 1));
  }
  return total;
}
