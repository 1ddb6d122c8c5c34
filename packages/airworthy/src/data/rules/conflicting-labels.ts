import { sqlName, sqlText } from '../engine/sql-text.ts';
import type { Finding } from '../schema.ts';
import { exampleRows, percent, type Rule, type RuleContext, rowKey } from './rule-context.ts';

/** Signs that two spellings of one label may differ in, besides the case of letters. */
const SPELLING = `['"\`‘’“”\\s]+`;

/**
 * Rows whose features occur with another target as well: no model can be right about all of them. Labels of text that differ
 * only in quotes, case or spaces are told apart from real conflicts, because only spelling is to be mended there.
 */
export async function findConflictingLabels(
  rule: Rule<'conflicting-labels'>,
  context: RuleContext,
): Promise<Finding[]> {
  const { engine, numbered, version } = context;
  const { features, target } = version.schema;
  if (!target || features.length === 0) return [];
  const key = rowKey(features);
  const label = sqlName(target.name);
  const spelt = `regexp_replace(lower(${label}::VARCHAR), ${sqlText(SPELLING)}, '', 'g')`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE conflicting AS SELECT key, n, first, by_spelling
     FROM (SELECT key, count(*) AS n, min(row) AS first, min(label) AS lowest, max(label) AS highest,
         min(spelt) = max(spelt) AS by_spelling
       FROM (SELECT ${key} AS key, hash(${label}) AS label, hash(${spelt}) AS spelt, file_row_number AS row
         FROM ${numbered} WHERE ${label} IS NOT NULL)
       GROUP BY key)
     WHERE lowest <> highest`,
  );
  const { count, spelling } = await engine.one<{ count: number; spelling: number }>(
    `SELECT coalesce(sum(n), 0)::BIGINT AS count, coalesce(sum(n) FILTER (WHERE by_spelling), 0)::BIGINT AS spelling
     FROM conflicting`,
  );
  if (count <= rule.maximum * version.rows) return [];
  const { first } = await engine.columns<{ first: string[] }>(
    'SELECT key::VARCHAR AS first FROM conflicting ORDER BY conflicting.first LIMIT 2',
  );
  const order = `${key} = ${first[0]} DESC, file_row_number`;
  return [
    {
      ...{ rule: rule.rule, severity: rule.severity, column: target.name, count, of: version.rows },
      message: `${count} of ${version.rows} rows (${percent(count / version.rows)}) have the same features as a row with another "${target.name}"${spellingNote(spelling, count)}`,
      examples: await exampleRows(
        context,
        `${key} IN (${first.join(', ')})`,
        [...features, target.name],
        order,
      ),
      remedy:
        spelling > 0
          ? 'Write each label one way; where labels really differ, add a feature that tells the rows apart or correct them.'
          : 'Add a feature that tells them apart, or correct the labels; they bound what a model can reach.',
    },
  ];
}

function spellingNote(spelling: number, count: number): string {
  if (spelling === 0) return '';
  const which = spelling === count ? 'all of these' : `${spelling} of these`;
  return `; the labels of ${which} differ only in quotes, case or spaces`;
}
