import type { SuiteMetric } from 'airworthy/evaluation';

/** A figure with its interval. */
export type Figure = Pick<SuiteMetric, 'value' | 'low' | 'high' | 'n' | 'clusters' | 'method'>;

export function toFigure({ value, low, high, n, clusters, method }: Figure): Figure {
  return { value, low, high, n, clusters, method };
}
