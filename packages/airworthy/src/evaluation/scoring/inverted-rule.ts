import { AirworthyError } from '../../kernel/errors.ts';
import type { ScoringRule } from './scorer-type.ts';
import { scored } from './scores.ts';
import { withMain } from './threshold-rule.ts';

/** What `not-` makes of a scorer: right where it was wrong. Only where its first part is right or wrong. */
export function invertedRule(name: string, rule: ScoringRule): ScoringRule {
  if (!rule.parts[0].binary) {
    throw new AirworthyError('SCORER_INVALID', {
      message: `scorer ${name}: "not-" needs right or wrong: give it a threshold`,
      at: 'threshold',
    });
  }
  return withMain(rule, (score) => {
    if (score.status !== 'scored' || score.value === undefined) return score;
    const { code: _, value, ...rest } = score;
    return value === 1 ? scored(0, { ...rest, code: 'unwanted' }) : scored(1, rest);
  });
}
