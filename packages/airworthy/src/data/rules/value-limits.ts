import type { Field } from '../../models/table.ts';
import { boundary } from '../canonical/build-schema.ts';
import { sqlName, sqlNumber, sqlText } from '../engine/sql-text.ts';
import { shownValue } from '../profile/describe-column.ts';
import { valueSql } from '../profile/value-counts.ts';
import type { Finding } from '../schema.ts';
import { fieldOf, findRows, profileOf, type Rule, type RuleContext } from './rule-context.ts';

/** Values below the minimum or above the maximum. */
export async function findOutOfRange(rule: Rule<'range'>, context: RuleContext): Promise<Finding[]> {
  const field = fieldOf(context.version, rule.column);
  const value = valueSql(field);
  const minimum = boundary(rule.minimum, field.kind, 'data.quality');
  const maximum = boundary(rule.maximum, field.kind, 'data.quality');
  const conditions = [
    ...(minimum === undefined ? [] : [`${value} < ${sqlNumber(minimum)}`]),
    ...(maximum === undefined ? [] : [`${value} > ${sqlNumber(maximum)}`]),
  ];
  if (conditions.length === 0) return [];
  const seen = profileOf(context.version, rule.column);
  return findRows(context, rule, rule.column, `(${conditions.join(' OR ')})`, (count) => ({
    message: `column "${rule.column}" is outside ${range(field, minimum, maximum)} in ${count} rows (seen: ${range(field, seen.minimum, seen.maximum)})`,
    remedy:
      'Correct the rows, or exclude them with a filter in `data.filters`, which records what it excludes.',
  }));
}

function range(field: Field, minimum: number | undefined, maximum: number | undefined): string {
  const show = (bound: number | undefined) => (bound === undefined ? '…' : shownValue(bound, field));
  return `${show(minimum)} to ${show(maximum)}`;
}

/** Values that are not in the list. Missing values are the rule `missing`'s. */
export async function findNotAllowed(rule: Rule<'allowed'>, context: RuleContext): Promise<Finding[]> {
  const name = sqlName(rule.column);
  const list = rule.values.map((value) => sqlText(String(value))).join(', ');
  const condition = `${name} IS NOT NULL AND ${name}::VARCHAR NOT IN (${list})`;
  return findRows(context, rule, rule.column, condition, (count) => ({
    message: `column "${rule.column}" has ${count} values that are not among the ${rule.values.length} allowed ones`,
    remedy: 'Add the value to the allowed ones if it is right; else correct or filter the rows.',
  }));
}
