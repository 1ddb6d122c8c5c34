import { sqlName } from '../engine/sql-text.ts';
import type { Finding } from '../schema.ts';
import { exampleRows, percent, type Rule, type RuleContext, rowKey } from './rule-context.ts';

/** Rows whose features occur with another target as well: no model can be right about all of them. */
export async function findConflictingLabels(
  rule: Rule<'conflicting-labels'>,
  context: RuleContext,
): Promise<Finding[]> {
  const { engine, numbered, version } = context;
  const { features, target } = version.schema;
  if (!target || features.length === 0) return [];
  const key = rowKey(features);
  const label = `hash(${sqlName(target.name)})`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE conflicting AS SELECT key, n, first
     FROM (SELECT key, count(*) AS n, min(row) AS first, min(label) AS lowest, max(label) AS highest
       FROM (SELECT ${key} AS key, ${label} AS label, file_row_number AS row FROM ${numbered}
         WHERE ${sqlName(target.name)} IS NOT NULL)
       GROUP BY key)
     WHERE lowest <> highest`,
  );
  const { count } = await engine.one<{ count: number }>(
    'SELECT coalesce(sum(n), 0)::BIGINT AS count FROM conflicting',
  );
  if (count <= rule.maximum * version.rows) return [];
  const { first } = await engine.columns<{ first: string[] }>(
    'SELECT key::VARCHAR AS first FROM conflicting ORDER BY conflicting.first LIMIT 2',
  );
  const order = `${key} = ${first[0]} DESC, file_row_number`;
  return [
    {
      ...{ rule: rule.rule, severity: rule.severity, column: target.name, count, of: version.rows },
      message: `${count} of ${version.rows} rows (${percent(count / version.rows)}) have the same features as a row with another "${target.name}"`,
      examples: await exampleRows(
        context,
        `${key} IN (${first.join(', ')})`,
        [...features, target.name],
        order,
      ),
      remedy:
        'Add a feature that tells them apart, or correct the labels; they bound what a model can reach.',
    },
  ];
}
