import { sqlName } from '../engine/sql-text.ts';
import type { Finding } from '../schema.ts';
import { exampleRows, percent, type Rule, type RuleContext } from './rule-context.ts';

/** Columns with more missing values than allowed. A column with none at all is found when the schema is built. */
export async function findMissing(rule: Rule<'missing'>, context: RuleContext): Promise<Finding[]> {
  const { rows, profile } = context.version;
  const findings: Finding[] = [];
  for (const { name, missing } of profile.columns) {
    const concerned = rule.column === undefined ? missing < rows : rule.column === name;
    if (!concerned || missing <= rule.maximum * rows) continue;
    const allowed = rule.maximum > 0 ? `; at most ${percent(rule.maximum)} may be` : '';
    findings.push({
      ...{ rule: rule.rule, severity: rule.severity, column: name, count: missing, of: rows },
      message: `column "${name}" is missing in ${missing} of ${rows} rows (${percent(missing / rows)})${allowed}`,
      examples: await exampleRows(context, `${sqlName(name)} IS NULL`, [name]),
    });
  }
  return findings;
}
