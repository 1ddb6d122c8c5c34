import { sqlName } from '../engine/sql-text.ts';
import type { Finding } from '../schema.ts';
import { findRepeated } from './repeated-rows.ts';
import type { Rule, RuleContext } from './rule-context.ts';

/** Rows that repeat the values of an earlier one in the given columns. Rows with a missing value among them do not count. */
export async function findNotUnique(rule: Rule<'unique'>, context: RuleContext): Promise<Finding[]> {
  const complete = rule.columns.map((column) => `${sqlName(column)} IS NOT NULL`).join(' AND ');
  const repeated = await findRepeated(context, rule.columns, complete);
  if (repeated.extra === 0) return [];
  const names = rule.columns.map((column) => `"${column}"`).join(', ');
  const [only] = rule.columns;
  return [
    {
      ...{ rule: rule.rule, severity: rule.severity },
      ...(rule.columns.length === 1 ? { column: only } : {}),
      message: `${repeated.extra} rows repeat values of ${names} that an earlier row has`,
      ...{ count: repeated.extra, of: context.version.rows, examples: repeated.examples },
    },
  ];
}
