import type { Finding } from '../schema.ts';
import { exampleRows, percent, type Rule, type RuleContext, rowKey } from './rule-context.ts';

/** Rows beyond the first of each group of equals, and examples: equals stand together. */
export async function findRepeated(
  context: RuleContext,
  columns: readonly string[],
  condition = 'true',
): Promise<{ extra: number; examples: Finding['examples'] }> {
  const { engine, numbered } = context;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE repeated AS SELECT key, count(*) AS n, min(file_row_number) AS first
     FROM (SELECT ${rowKey(columns)} AS key, file_row_number FROM ${numbered} WHERE ${condition})
     GROUP BY key HAVING count(*) > 1`,
  );
  const { extra } = await engine.one<{ extra: number }>(
    'SELECT coalesce(sum(n - 1), 0)::BIGINT AS extra FROM repeated',
  );
  if (extra === 0) return { extra, examples: [] };
  const { first } = await engine.columns<{ first: number[] }>(
    'SELECT key::VARCHAR AS first FROM repeated ORDER BY repeated.first LIMIT 2',
  );
  const key = rowKey(columns);
  const examples = await exampleRows(
    context,
    `(${condition}) AND ${key} IN (${first.join(', ')})`,
    columns,
    `${key} = ${first[0]} DESC, file_row_number`,
  );
  return { extra, examples };
}

/** Rows equal to an earlier one in every column. */
export async function findDuplicates(rule: Rule<'duplicates'>, context: RuleContext): Promise<Finding[]> {
  const { rows, schema } = context.version;
  const { extra, examples } = await findRepeated(
    context,
    schema.fields.map((field) => field.name),
  );
  if (extra <= rule.maximum * rows) return [];
  return [
    {
      ...{ rule: rule.rule, severity: rule.severity, count: extra, of: rows, examples },
      message: `${extra} of ${rows} rows (${percent(extra / rows)}) equal an earlier row in every column`,
      remedy:
        'If a row stands for one event, remove the copies; copies on both sides of a split flatter the model.',
    },
  ];
}
