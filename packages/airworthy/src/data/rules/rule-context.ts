import type { Field } from '../../models/table.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { shownValue } from '../profile/describe-column.ts';
import { valueSql } from '../profile/value-counts.ts';
import type { DatasetVersion, Finding, QualityRule, Severity, Split } from '../schema.ts';

/** What a rule looks at: the canonical rows, and what the profile already says of them. */
export interface RuleContext {
  engine: Engine;
  /** The rows, with their number from 0 as `file_row_number`. */
  numbered: string;
  version: Omit<DatasetVersion, 'findings'>;
  /** Milliseconds since the epoch. */
  now: number;
  split?: { split: Split; roles: Uint8Array };
}

/** The rule of one name, with its severity decided. */
export type Rule<Name extends QualityRule['rule']> = Extract<QualityRule, { rule: Name }> & {
  severity: Severity;
};

const EXAMPLES = 5;
/** Columns shown of an example row, those that the rule is about first. */
const SHOWN_COLUMNS = 12;

/** Up to five rows that meet a condition, the first ones of the version. */
export async function exampleRows(
  { engine, numbered, version }: RuleContext,
  condition: string,
  about: readonly string[],
  order = 'file_row_number',
): Promise<Finding['examples']> {
  const { fields } = version.schema;
  const first = fields.filter((field) => about.includes(field.name));
  const shown = [...first, ...fields.filter((field) => !first.includes(field))].slice(0, SHOWN_COLUMNS);
  const list = shown.map((field, index) => `${valueSql(field)} AS v${index}`).join(', ');
  const rows = await engine.all<Record<string, number | string | null>>(
    `SELECT file_row_number AS at, ${list} FROM ${numbered} WHERE ${condition} ORDER BY ${order} LIMIT ${EXAMPLES}`,
  );
  return rows.map((row) => ({
    row: Number(row.at) + 1,
    values: Object.fromEntries(
      shown.map((field, index) => [field.name, shownOrNull(row[`v${index}`], field)]),
    ),
  }));
}

function shownOrNull(value: number | string | null, field: Field) {
  return value === null ? null : shownValue(value, field);
}

/** The rows' finding for a condition, or none where no row meets it. */
export async function findRows(
  context: RuleContext,
  rule: Rule<QualityRule['rule']>,
  column: string,
  condition: string,
  say: (count: number) => { message: string; remedy?: string },
): Promise<Finding[]> {
  const { engine, numbered, version } = context;
  const { count } = await engine.one<{ count: number }>(
    `SELECT count_if(${condition}) AS count FROM ${numbered}`,
  );
  if (count === 0) return [];
  const examples = await exampleRows(context, condition, [column]);
  const found = { rule: rule.rule, severity: rule.severity, column, count, of: version.rows, examples };
  return [{ ...found, ...say(count) }];
}

export function profileOf(version: RuleContext['version'], column: string) {
  const profile = version.profile.columns.find((candidate) => candidate.name === column);
  if (!profile) throw new Error(`no profile of column ${column}`);
  return profile;
}

export function fieldOf(version: RuleContext['version'], column: string): Field {
  const field = version.schema.fields.find((candidate) => candidate.name === column);
  if (!field) throw new Error(`no field ${column}`);
  return field;
}

/** One number for the values of several columns in a row: equal rows, equal numbers (64 bits). */
export function rowKey(columns: readonly string[]): string {
  return `hash(${columns.map(sqlName).join(', ')})`;
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 || value === 0 ? value.toFixed(1) : value.toPrecision(2)} %`;
}
