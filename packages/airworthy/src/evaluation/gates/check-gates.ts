import { AirworthyError } from '../../kernel/errors.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import type { SuiteGate } from './schema.ts';

/**
 * Gates that could not say anything, found before anything is called: a floor under what should be low. Throws SUITE_INVALID.
 */
export function checkGates(suite: string, gates: readonly SuiteGate[], metrics: readonly MetricSpec[]): void {
  for (const { metric, rule } of gates) {
    const isLow = metrics.some(({ name, better }) => name === metric && better === 'lower');
    if (rule !== 'at-least' || !isLow) continue;
    throw new AirworthyError('SUITE_INVALID', {
      message: `suite "${suite}": the gate "${metric} at-least" is a floor under a metric of which lower is better`,
      remedy: 'Use at-most for a ceiling.',
      at: 'gates',
      facts: { suite, metric },
    });
  }
}
