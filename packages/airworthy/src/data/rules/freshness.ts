import type { Finding } from '../schema.ts';
import { profileOf, type Rule, type RuleContext } from './rule-context.ts';

const DAY = 86_400_000;

/** A newest timestamp that is too old. */
export async function findStale(
  rule: Rule<'freshness'>,
  { version, now }: Pick<RuleContext, 'version' | 'now'>,
): Promise<Finding[]> {
  const { maximum } = profileOf(version, rule.column);
  if (maximum === undefined) return [];
  const age = (now - maximum) / DAY;
  if (age <= rule.days) return [];
  return [
    {
      ...{ rule: rule.rule, severity: rule.severity, column: rule.column, count: 1, of: 1, examples: [] },
      message: `the newest "${rule.column}" is ${new Date(maximum).toISOString()}, ${Math.floor(age)} days ago; at most ${rule.days} are allowed`,
      remedy: 'Add newer data.',
    },
  ];
}
