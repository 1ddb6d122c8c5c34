/** Far beyond any that converges: for parameters up to 1e10 a few times their square root is needed. */
const MOST_TERMS = 1_000_000;
const TINY = 1e-300;

/**
 * b0 + a1/(b1 + a2/(b2 + …)) by the modified Lentz method (Thompson and Barnett 1986), to full double precision.
 */
export function continuedFraction(
  b0: number,
  numerator: (term: number) => number,
  denominator: (term: number) => number,
): number {
  let value = b0 === 0 ? TINY : b0;
  let c = value;
  let d = 0;
  for (let term = 1; term < MOST_TERMS; term++) {
    const a = numerator(term);
    const b = denominator(term);
    d = 1 / (b + a * d || TINY);
    c = b + a / c || TINY;
    const change = c * d;
    value *= change;
    // Negated so that NaN ends it too.
    if (!(Math.abs(change - 1) > 1e-16)) return value;
  }
  return value;
}
