/**
 * Point probabilities without cancellation, by the saddle-point expansion of Loader (2000), "Fast and accurate
 * computation of binomial probabilities". They are the prefactors of the incomplete beta and gamma functions.
 */

const HALF_LOG_TWO_PI = 0.9189385332046728;

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0 (Lanczos 1964, g = 7). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let sum = LANCZOS[0];
  for (let term = 1; term < LANCZOS.length; term++) sum += LANCZOS[term] / (shifted + term);
  const base = shifted + 7.5;
  return HALF_LOG_TWO_PI + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** ln Γ(n+1) minus Stirling's formula for it, for n > 0. */
function stirlingError(n: number): number {
  if (n <= 15) return logGamma(n + 1) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI;
  const inverse = 1 / (n * n);
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - inverse / 1188) * inverse) * inverse) * inverse) / n;
}

/** x ln(x/m) + m - x, also where x and m are nearly equal. */
function deviance(x: number, m: number): number {
  const gap = x - m;
  if (Math.abs(gap) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const ratio = gap / (x + m);
  let sum = gap * ratio;
  let term = 2 * x * ratio;
  for (let odd = 3; ; odd += 2) {
    term *= ratio * ratio;
    const next = sum + term / odd;
    // Also true of NaN, which must come out as it went in.
    if (!(Math.abs(next - sum) > 0)) return next;
    sum = next;
  }
}

/** ln of C(n,k) p^k q^(n-k) for real 0 <= k <= n, with q = 1 - p given so that neither tail is rounded away. */
export function logBinomialTerm(k: number, n: number, p: number, q: number): number {
  if (k === 0) return n * (p < 0.5 ? Math.log1p(-p) : Math.log(q));
  if (k === n) return n * (q < 0.5 ? Math.log1p(-q) : Math.log(p));
  const corrections = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  const deviances = deviance(k, n * p) + deviance(n - k, n * q);
  return corrections - deviances - HALF_LOG_TWO_PI + 0.5 * Math.log(n / k / (n - k));
}

/** ln of mean^k e^-mean / Γ(k+1) for real k >= 0. */
export function logPoissonTerm(k: number, mean: number): number {
  if (k === 0) return -mean;
  return -stirlingError(k) - deviance(k, mean) - HALF_LOG_TWO_PI - 0.5 * Math.log(k);
}
