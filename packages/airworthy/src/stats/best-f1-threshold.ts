import { ascendingOrder } from './order.ts';

/**
 * The probability from which F1 is highest (the middle between it and the next lower one); 0.5 where no row is
 * positive. `y` is 0 or 1.
 */
export function bestF1Threshold(y: Uint8Array, probability: Float64Array): number {
  const order = ascendingOrder(probability).reverse();
  const positives = y.reduce((count, label) => count + label, 0);
  let [hits, best, threshold] = [0, 0, 0.5];
  for (let taken = 1; taken <= order.length; taken++) {
    const reached = probability[order[taken - 1]];
    hits += y[order[taken - 1]];
    const next = taken < order.length ? probability[order[taken]] : 0;
    if (next === reached) continue;
    const f1 = (2 * hits) / (taken + positives);
    if (f1 > best) [best, threshold] = [f1, (reached + next) / 2];
  }
  return threshold;
}
