import { AirworthyError } from '../../kernel/errors.ts';
import type { Score } from './scorer.ts';
import { isScore, type PartScores, RIGHT_OR_WRONG, type ScoringRule } from './scorer-type.ts';
import { scored, unscorable, verdict } from './scores.ts';

/** Makes right or wrong of a rule's first part: 1 where the value reaches the threshold; the value stays in the evidence. */
export function thresholdRule(name: string, rule: ScoringRule, threshold: number): ScoringRule {
  const [main] = rule.parts;
  const { range, better } = main;
  if (range && (threshold < range[0] || threshold > range[1])) {
    throw new AirworthyError('SCORER_INVALID', {
      message: `scorer ${name}: threshold: ${threshold} is outside of its values, ${range[0]} to ${range[1]}`,
      at: 'threshold',
    });
  }
  if (main.aggregate.kind === 'outcomes') {
    throw new AirworthyError('SCORER_INVALID', {
      message: `scorer ${name}: threshold: ${main.part ?? name} is a figure of all cases; put a gate on it`,
      at: 'threshold',
    });
  }
  const reaches = (value: number) => (better === 'higher' ? value >= threshold : value <= threshold);
  const code = better === 'higher' ? 'below-threshold' : 'above-threshold';
  const judge = (score: Score): Score => {
    if (score.status !== 'scored') return score;
    const { value, sums: _, code: own = code, evidence, ...rest } = score;
    if (value === undefined) return unscorable('this case alone has no value to hold against the threshold');
    const also = { ...rest, evidence: { value, ...(evidence === undefined ? {} : { of: evidence }) } };
    return reaches(value) ? scored(1, also) : verdict(false, own, also);
  };
  return withMain(rule, judge);
}

/** A rule whose first part is right or wrong, after `change`; the other parts stay what they are. */
export function withMain(rule: ScoringRule, change: (score: Score) => Score): ScoringRule {
  const [main, ...others] = rule.parts;
  const part = main.part ?? '';
  const { unit: _, ...spec } = { ...main, ...RIGHT_OR_WRONG };
  const changed = (scores: PartScores): PartScores =>
    isScore(scores) ? change(scores) : { ...scores, [part]: change(scores[part]) };
  return {
    ...rule,
    parts: [spec, ...others],
    score: async (each, output, context) => changed(await rule.score(each, output, context)),
  };
}
