import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { FieldKind } from '../../models/table.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import type { ColumnConfig, Finding } from '../schema.ts';
import { ROW, type SourceColumn, type SourceTable } from '../sources/source-table.ts';
import { inferReadings } from './infer-readings.ts';
import { BOOLEANS, DATES, INTEGERS, NUMBERS, type Reading, strptime } from './readings.ts';

/** A column in canonical form: BIGINT, DOUBLE, BOOLEAN, VARCHAR or TIMESTAMP in whole milliseconds; NULL is missing. */
export interface CanonicalColumn {
  name: string;
  kind: FieldKind;
  /** Over the source's relation. */
  sql: string;
}

export interface CanonicalColumns {
  columns: CanonicalColumn[];
  /** What was changed on the way. */
  findings: Finding[];
}

/** Whole numbers up to here are exact in a double. */
const EXACT = 2 ** 53;

/** Decides each column's kind, as configured or from type and values, and the SQL that brings it to canonical form. */
export async function canonicalColumns(
  engine: Engine,
  table: SourceTable,
  configs: Readonly<Record<string, ColumnConfig>>,
): Promise<CanonicalColumns> {
  requireColumns(Object.keys(configs), table.columns);
  const survey = await surveyTypes(engine, table);
  const open = table.columns.filter(
    ({ name, text }) => text !== null && !configs[name]?.kind && !configs[name]?.format,
  );
  const readings = await inferReadings(engine, table, open);
  const columns: CanonicalColumn[] = [];
  const findings: Finding[] = [];
  for (const column of table.columns) {
    const config = configs[column.name];
    const reading =
      config?.kind || config?.format ? declaredReading(column, config) : readings.get(column.name);
    const kind = reading?.kind ?? kindOfType(column, survey[column.name]);
    if (kind === undefined) {
      findings.push(
        note(
          column,
          'warning',
          table.rows,
          table.rows,
          `is of type ${column.type}, which no field can hold; it is left out`,
        ),
      );
      continue;
    }
    const sql = canonicalSql(kind, reading?.sql(sqlName(column.name)) ?? plainSql(column));
    if (config?.kind || config?.format) await requireReadable(engine, table, column, kind, sql);
    columns.push({ name: column.name, kind, sql });
    findings.push(...notesOn(column, kind, survey[column.name], table.rows));
  }
  return { columns, findings: [...findings, ...(await nonFiniteText(engine, table, readings))] };
}

function requireColumns(names: readonly string[], columns: readonly SourceColumn[]): void {
  const known = columns.map((column) => column.name);
  for (const name of names.filter((candidate) => !known.includes(candidate))) {
    const nearest = nearestName(name, known);
    throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
      message: `the data has no column "${name}"${nearest ? `; did you mean "${nearest}"?` : ''}`,
      at: `data.columns.${name}`,
      facts: { column: name, columns: known.slice(0, 50) },
    });
  }
}

/** What must be known of the values before a typed column's kind is. */
interface TypeSurvey {
  /** Whole numbers beyond 2^53. */
  inexact: number;
  /** NaN and infinities. */
  nonFinite: number;
  /** Timestamps finer than a millisecond. */
  finer: number;
}

const WIDE_INTEGER = /^(U?BIGINT|U?HUGEINT|BIGNUM)$/;
const INTEGER = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM)$/;
const REAL = /^(FLOAT|DOUBLE|DECIMAL.*)$/;
const TIME = /^(DATE|TIMESTAMP.*)$/;
const TEXT = /^(VARCHAR|ENUM.*|UUID|TIME.*)$/;
const NESTED = /^(STRUCT.*|MAP.*|UNION.*|JSON|.*\[\d*\])$/;

async function surveyTypes(engine: Engine, table: SourceTable): Promise<Record<string, TypeSurvey>> {
  const terms = table.columns.flatMap(({ name, type }, index) => {
    const value = sqlName(name);
    if (WIDE_INTEGER.test(type)) return [`count_if(abs(${value}::HUGEINT) > ${EXACT}) AS inexact${index}`];
    if (type === 'FLOAT' || type === 'DOUBLE')
      return [`count_if(NOT isfinite(${value})) AS nonFinite${index}`];
    if (/^TIMESTAMP/.test(type))
      return [`count_if(isfinite(${value}) AND epoch_us(${value}) % 1000 <> 0) AS finer${index}`];
    return [];
  });
  const row = await engine.one<Record<string, number>>(
    terms.length === 0 ? 'SELECT 0 AS none' : `SELECT ${terms.join(', ')} FROM ${table.relation}`,
  );
  return Object.fromEntries(
    table.columns.map(({ name }, index) => {
      const count = (what: string) => row[`${what}${index}`] ?? 0;
      return [name, { inexact: count('inexact'), nonFinite: count('nonFinite'), finer: count('finer') }];
    }),
  );
}

function kindOfType({ type }: SourceColumn, survey: TypeSurvey): FieldKind | undefined {
  if (type === 'BOOLEAN') return 'boolean';
  if (INTEGER.test(type)) return survey.inexact > 0 ? 'category' : 'integer';
  if (REAL.test(type)) return 'number';
  if (NESTED.test(type)) return 'category';
  if (TIME.test(type)) return 'timestamp';
  return TEXT.test(type) ? 'category' : undefined;
}

function plainSql({ name, type }: SourceColumn): string {
  return NESTED.test(type) ? `to_json(${sqlName(name)})` : sqlName(name);
}

function canonicalSql(kind: FieldKind, value: string): string {
  if (kind === 'boolean') return `(${value})::BOOLEAN`;
  if (kind === 'integer') return `(${value})::BIGINT`;
  if (kind === 'category') return `(${value})::VARCHAR`;
  // JSON has no form for NaN and infinities, and models none for infinities; adding zero turns -0 into 0.
  if (kind === 'number') return `CASE WHEN isfinite((${value})::DOUBLE) THEN (${value})::DOUBLE + 0.0 END`;
  const time = `(${value})::TIMESTAMP`;
  return `CASE WHEN isfinite(${time}) THEN make_timestamp_ms(epoch_ms(${time})) END`;
}

/** How a column is read whose kind the configuration sets. */
function declaredReading(column: SourceColumn, config: ColumnConfig): Reading {
  const kind = config.kind ?? 'timestamp';
  const base = { kind, label: kind, pattern: '' };
  if (kind === 'timestamp' && config.format !== undefined) {
    const { format } = config;
    return { ...base, sql: (text) => strptime(`${text}::VARCHAR`, [format]) };
  }
  if (kind === 'timestamp' && column.type === 'VARCHAR') {
    const [dashed, slashed, dotted] = DATES.map((date) => (text: string) => date.sql(text));
    return { ...base, sql: (text) => `coalesce(${dashed(text)}, ${slashed(text)}, ${dotted(text)})` };
  }
  if (kind === 'timestamp') return { ...base, sql: (value) => `try_cast(${value} AS TIMESTAMP)` };
  if (kind === 'category') return { ...base, sql: () => plainSql(column) };
  if (kind === 'boolean') return { ...base, sql: (value) => BOOLEANS.sql(`${value}::VARCHAR`) };
  if (kind === 'number') return { ...base, sql: NUMBERS.sql };
  // A fraction is no whole number: 1.5 is refused, not rounded.
  const whole = (value: string) => `try_cast(${value} AS DOUBLE)`;
  return {
    ...base,
    sql: (value) =>
      `CASE WHEN ${whole(value)} = trunc(${whole(value)}) AND abs(${whole(value)}) <= ${EXACT} THEN ${INTEGERS.sql(value)} END`,
  };
}

async function requireReadable(
  engine: Engine,
  table: SourceTable,
  column: SourceColumn,
  kind: FieldKind,
  sql: string,
): Promise<void> {
  const value = sqlName(column.name);
  const special = kind === 'number' ? `AND coalesce(isfinite(try_cast(${value} AS DOUBLE)), true)` : '';
  const bad = `${value} IS NOT NULL AND (${sql}) IS NULL ${special}`;
  const found = await engine.one<{ bad: number; at: number | null; value: string }>(
    `SELECT count(*) AS bad, min(${ROW}) AS at, arg_min(${value}::VARCHAR, ${ROW}) AS value
     FROM ${table.relation} WHERE ${bad}`,
  );
  if (found.at === null) return;
  const others = found.bad > 1 ? `, and ${found.bad - 1} more` : '';
  throw new AirworthyError('DATA_COLUMN_KIND', {
    message: `column "${column.name}" is declared ${kind}, but holds "${found.value}" (${await table.locate(found.at)})${others}`,
    at: `data.columns.${column.name}`,
    ...(kind === 'timestamp'
      ? { remedy: "Say how the dates are written, as strptime has it: `format: '%d/%m/%Y'`." }
      : {}),
    facts: { column: column.name, kind, value: found.value, rows: found.bad },
  });
}

function notesOn(column: SourceColumn, kind: FieldKind, survey: TypeSurvey, rows: number): Finding[] {
  const notes: Finding[] = [];
  if (kind === 'category' && survey.inexact > 0)
    notes.push(
      note(
        column,
        'info',
        survey.inexact,
        rows,
        `has whole numbers beyond 2^53, which a number cannot hold exactly; it is kept as text`,
      ),
    );
  if (kind === 'number' && survey.nonFinite > 0)
    notes.push(
      note(
        column,
        'warning',
        survey.nonFinite,
        rows,
        `has ${survey.nonFinite} NaN or infinite values in the source; they count as missing`,
      ),
    );
  if (kind === 'timestamp' && survey.finer > 0)
    notes.push(
      note(
        column,
        'info',
        survey.finer,
        rows,
        'has times finer than a millisecond; they are cut to the millisecond',
      ),
    );
  if (NESTED.test(column.type))
    notes.push(
      note(column, 'warning', rows, rows, `is nested (${column.type.slice(0, 40)}); it is kept as JSON text`),
    );
  return notes;
}

async function nonFiniteText(
  engine: Engine,
  table: SourceTable,
  readings: ReadonlyMap<string, Reading>,
): Promise<Finding[]> {
  const numbers = table.columns.filter(({ name }) => readings.get(name) === NUMBERS);
  if (numbers.length === 0) return [];
  const terms = numbers.map(
    ({ name }, index) => `count_if(NOT isfinite(${NUMBERS.sql(sqlName(name))})) AS n${index}`,
  );
  const row = await engine.one<Record<string, number>>(`SELECT ${terms.join(', ')} FROM ${table.relation}`);
  return numbers.flatMap((column, index) => {
    const survey = { inexact: 0, finer: 0, nonFinite: row[`n${index}`] };
    return notesOn(column, 'number', survey, table.rows);
  });
}

function note(
  column: SourceColumn,
  severity: Finding['severity'],
  count: number,
  of: number,
  what: string,
): Finding {
  return {
    rule: 'type',
    severity,
    column: column.name,
    message: `column "${column.name}" ${what}`,
    count,
    of,
    examples: [],
  };
}
