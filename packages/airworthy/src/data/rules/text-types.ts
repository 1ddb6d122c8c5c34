import { DATES, DAY_FIRST, isRead, MONTH_FIRST, NUMBERS } from '../canonical/readings.ts';
import { sqlName } from '../engine/sql-text.ts';
import type { Finding } from '../schema.ts';
import { exampleRows, percent, type Rule, type RuleContext } from './rule-context.ts';

/** From this share on, a text column looks like another kind. */
const MOSTLY = 0.9;

/** Text columns whose values are nearly all numbers or dates: a few strays, or a form that can be read in two ways. */
export async function findTypes(rule: Rule<'type'>, context: RuleContext): Promise<Finding[]> {
  const { fields, target } = context.version.schema;
  const texts = fields.filter(
    (field) =>
      field.kind === 'category' &&
      !field.closed &&
      field !== target &&
      (!rule.column || field.name === rule.column),
  );
  const findings: Finding[] = [];
  for (const { name } of texts) findings.push(...(await findType(rule, context, name)));
  return findings;
}

async function findType(rule: Rule<'type'>, context: RuleContext, name: string): Promise<Finding[]> {
  const { engine, numbered } = context;
  const text = sqlName(name);
  const isDate = `(${DATES.map((date) => isRead(date, text)).join(' OR ')})`;
  const isNumber = isRead(NUMBERS, text);
  const twoWays = `(${isRead(DAY_FIRST, text)} AND ${isRead(MONTH_FIRST, text)})`;
  const counts = await engine.one<{ total: number; numbers: number; dates: number; two: number }>(
    `SELECT sum(n)::BIGINT AS total, coalesce(sum(n) FILTER (${isNumber}), 0)::BIGINT AS numbers,
       coalesce(sum(n) FILTER (${isDate}), 0)::BIGINT AS dates, coalesce(sum(n) FILTER (${twoWays}), 0)::BIGINT AS two
     FROM (SELECT ${text}, count(*) AS n FROM ${numbered} WHERE ${text} IS NOT NULL GROUP BY ALL)`,
  );
  const { total, numbers, dates, two } = counts;
  if (total === null || Math.max(numbers, dates) < total * MOSTLY) return [];
  const base = { rule: rule.rule, severity: rule.severity, column: name, of: total };
  if (dates > numbers && two === total) {
    return [
      {
        ...base,
        message: `column "${name}" holds dates that can be read day first or month first, so it is kept as text`,
        count: total,
        examples: await exampleRows(context, `${text} IS NOT NULL`, [name]),
        remedy: `Say which: \`columns: { ${JSON.stringify(name)}: { format: '%d/%m/%Y' } }\` or '%m/%d/%Y'.`,
      },
    ];
  }
  const [what, count, condition] =
    numbers >= dates ? ['numbers', numbers, isNumber] : ['dates', dates, isDate];
  const strays = total - Number(count);
  const but = strays > 0 ? `, but ${strays} values are not` : '';
  return [
    {
      ...base,
      message: `column "${name}" is text, though ${percent(Number(count) / total)} of its values are ${what}${but}`,
      count: strays,
      examples:
        strays > 0 ? await exampleRows(context, `${text} IS NOT NULL AND NOT ${condition}`, [name]) : [],
      remedy:
        strays > 0
          ? 'If these texts mean "no value", list them in `data.missing`; else correct them.'
          : `Declare its kind in \`data.columns\`, or \`category\` if text is meant.`,
    },
  ];
}
