import type { FieldKind } from '../../models/table.ts';
import { sqlText } from '../engine/sql-text.ts';

/** One way to read a text column as another kind. */
export interface Reading {
  kind: FieldKind;
  /** For messages: `numbers`, `dates like 2001-02-03`. */
  label: string;
  /** A pattern that JavaScript and RE2 both know; the whole text must match. */
  pattern: string;
  /** The value, NULL where the text has none. */
  sql(text: string): string;
}

const CLOCK = '([T ]\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}(:?\\d{2})?)?)?';

export const BOOLEANS: Reading = {
  kind: 'boolean',
  label: 'true and false',
  pattern: '(?i:true|false)',
  sql: (text) => `try_cast(${text} AS BOOLEAN)`,
};

/** A leading zero (postcodes) makes a text, and so do more than fifteen digits (account numbers): a double has no more. */
export const INTEGERS: Reading = {
  kind: 'integer',
  label: 'whole numbers',
  pattern: '\\s*[+-]?(0|[1-9]\\d{0,14})\\s*',
  sql: (text) => `try_cast(${text} AS BIGINT)`,
};

const EXPONENT = '([eE][+-]?\\d+)';
const NUMBER = `(0|[1-9]\\d{0,14})|(0|[1-9]\\d*)(\\.\\d*${EXPONENT}?|${EXPONENT})|\\.\\d+${EXPONENT}?`;
export const NUMBERS: Reading = {
  kind: 'number',
  label: 'numbers',
  pattern: `\\s*[+-]?(${NUMBER}|(?i:nan|inf|infinity))\\s*`,
  sql: (text) => `try_cast(${text} AS DOUBLE)`,
};

/** Zoned times become UTC; times without a zone are taken as UTC. The cast knows no zone behind minutes; strptime does. */
const zoned = (text: string) =>
  `coalesce(try_cast(${text} AS TIMESTAMPTZ),
    try_strptime(regexp_replace(${text}, 'Z$', '+00'), ['%Y-%m-%dT%H:%M%z', '%Y-%m-%d %H:%M%z']))::TIMESTAMP`;

export const DASHED: Reading = {
  kind: 'timestamp',
  label: 'dates like 2001-02-03',
  pattern: `\\d{4}-\\d{1,2}-\\d{1,2}${CLOCK}`,
  sql: zoned,
};
const SLASHED: Reading = {
  kind: 'timestamp',
  label: 'dates like 2001/02/03',
  pattern: `\\d{4}/\\d{1,2}/\\d{1,2}${CLOCK}`,
  sql: zoned,
};
const DOTTED: Reading = {
  kind: 'timestamp',
  label: 'dates like 03.02.2001',
  pattern: '\\d{1,2}\\.\\d{1,2}\\.\\d{4}( \\d{1,2}:\\d{2}(:\\d{2})?)?',
  sql: (text) => strptime(text, ['%d.%m.%Y', '%d.%m.%Y %H:%M', '%d.%m.%Y %H:%M:%S']),
};

const SLASH_CLOCK = '/\\d{4}( \\d{1,2}:\\d{2}(:\\d{2})?)?';
export const DAY_FIRST: Reading = {
  kind: 'timestamp',
  label: 'dates like 28/02/2001 (day first)',
  pattern: `(0?[1-9]|[12]\\d|3[01])/(0?[1-9]|1[0-2])${SLASH_CLOCK}`,
  sql: (text) => strptime(text, ['%d/%m/%Y', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S']),
};
export const MONTH_FIRST: Reading = {
  kind: 'timestamp',
  label: 'dates like 02/28/2001 (month first)',
  pattern: `(0?[1-9]|1[0-2])/(0?[1-9]|[12]\\d|3[01])${SLASH_CLOCK}`,
  sql: (text) => strptime(text, ['%m/%d/%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S']),
};

export const DATES: readonly Reading[] = [DASHED, SLASHED, DOTTED, DAY_FIRST, MONTH_FIRST];

export function strptime(text: string, formats: readonly string[]): string {
  return `try_strptime(trim(${text}), [${formats.map(sqlText).join(', ')}])`;
}

/** A SQL condition: the text is read in full. NULL where the text is missing. */
export function isRead(reading: Reading, text: string): string {
  return `(regexp_full_match(${text}, ${sqlText(reading.pattern)}) AND ${reading.sql(text)} IS NOT NULL)`;
}

const compiled = new Map<string, RegExp>();

export function matches({ pattern }: Reading, value: string): boolean {
  const whole = compiled.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  compiled.set(pattern, whole);
  return whole.test(value);
}
