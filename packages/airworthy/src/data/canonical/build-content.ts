import { AirworthyError } from '../../kernel/errors.ts';
import type { FieldKind } from '../../models/table.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { writeParquet } from '../engine/write-parquet.ts';
import type { DataConfig, DataFormat, Finding, SourceRecord } from '../schema.ts';
import { ROW, type SourceTable } from '../sources/source-table.ts';
import { type CanonicalColumn, canonicalColumns } from './canonical-columns.ts';
import { type CheckedExpression, checkExpression } from './check-expression.ts';
import { HASH_RANGE, rowHash } from './row-hash.ts';

/** The canonical Parquet file in the scratch folder, and how it came about. */
export interface BuiltContent {
  path: string;
  rows: number;
  /** Stored columns in the order of the source, a computed target last. */
  columns: { name: string; kind: FieldKind }[];
  /** Columns that the target is computed from. */
  targetSources: string[];
  findings: Finding[];
  record: Pick<SourceRecord, 'format' | 'rowsRead' | 'sample' | 'filters' | 'target'>;
}

/** Samples, brings to canonical form, filters, computes the target, and writes the result in the order of the rows. */
export async function buildContent(
  engine: Engine,
  table: SourceTable,
  format: DataFormat,
  config: DataConfig,
  path: string,
): Promise<BuiltContent> {
  const { columns, findings } = await canonicalColumns(engine, table, config.columns);
  const sampled = sampledRelation(table, config);
  const canonical = `(SELECT ${columns.map((column) => `${column.sql} AS ${sqlName(column.name)}`).join(', ')} FROM ${sampled})`;
  await checkFilters(engine, config, canonical);
  const target = await prepareTarget(engine, config, columns, canonical);
  const kept = config.filters.map((filter) => `(${filter.keep}\n)`).join(' AND ');
  const list = target.sql === undefined ? '*' : `*, ${target.sql}`;
  const query = `SELECT ${list} FROM ${canonical}${kept ? ` WHERE ${kept}` : ''}`;
  try {
    await writeParquet(engine, query, path, columns.length + 1);
  } catch (error) {
    throw (await failingExpression(engine, config, canonical)) ?? error;
  }
  const filters = await countExcluded(engine, config, canonical);
  const stored = `read_parquet(${sqlText(path)})`;
  const { rows } = await engine.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${stored}`);
  requireRows(rows, filters, config);
  return {
    ...{ path, rows, findings },
    columns: [...columns.map(({ name, kind }) => ({ name, kind })), ...target.column],
    targetSources: target.sources,
    record: {
      format,
      rowsRead: table.rows,
      ...(config.sample ? { sample: { ...config.sample, rows: sampleRows(rows, filters) } } : {}),
      filters,
      ...(config.target ? { target: targetRecord(config.target) } : {}),
    },
  };
}

function sampledRelation(table: SourceTable, { sample }: DataConfig): string {
  if (!sample || sample.fraction === 1) return table.relation;
  const hashed = rowHash('sample', sample.seed).over(table.relation, ROW);
  return `(SELECT * FROM ${hashed} WHERE hash < ${Math.round(sample.fraction * HASH_RANGE)})`;
}

function sampleRows(rows: number, filters: SourceRecord['filters']): number {
  return filters.reduce((sum, filter) => sum + filter.excluded, rows);
}

async function checkFilters(engine: Engine, config: DataConfig, canonical: string): Promise<void> {
  for (const [index, { keep }] of config.filters.entries()) {
    const at = `data.filters[${index}].keep`;
    const { type } = await checkExpression(engine, keep, canonical, at);
    if (type === 'BOOLEAN') continue;
    throw new AirworthyError('DATA_EXPRESSION', {
      message: `the filter \`${keep}\` gives ${type}, not true or false`,
      at,
    });
  }
}

/** An expression may be well formed and still fail on a row: a text that is no number in a cast. */
async function failingExpression(
  engine: Engine,
  { filters, target }: DataConfig,
  canonical: string,
): Promise<AirworthyError | undefined> {
  const expressions = filters.map(({ keep }, index) => ({ sql: keep, at: `data.filters[${index}].keep` }));
  if (target?.from !== undefined) expressions.push({ sql: target.from, at: 'data.target.from' });
  for (const { sql, at } of expressions) {
    try {
      await engine.run(`SELECT count((${sql}\n)) FROM ${canonical}`);
    } catch (error) {
      if (AirworthyError.is(error)) return error;
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
      return new AirworthyError('DATA_EXPRESSION', {
        message: `the expression \`${sql}\` fails on a row: ${why}`,
        at,
        cause: error,
      });
    }
  }
  return undefined;
}

/** How many rows each filter excludes of those that the ones before it kept. A condition that is NULL excludes. */
async function countExcluded(
  engine: Engine,
  { filters }: DataConfig,
  canonical: string,
): Promise<SourceRecord['filters']> {
  if (filters.length === 0) return [];
  const terms = filters.map((filter, index) => {
    const before = filters.slice(0, index).map(({ keep }) => `(${keep}\n) AND `);
    return `count_if(${before.join('')}((${filter.keep}\n) IS NOT TRUE)) AS n${index}`;
  });
  const row = await engine.one<Record<string, number>>(`SELECT ${terms.join(', ')} FROM ${canonical}`);
  return filters.map((filter, index) => ({ ...filter, excluded: row[`n${index}`] }));
}

function requireRows(rows: number, filters: SourceRecord['filters'], config: DataConfig): void {
  if (rows > 0) return;
  const last = filters.findLast((filter) => filter.excluded > 0);
  throw new AirworthyError('DATA_NO_ROWS_LEFT', {
    message: last
      ? `no row is left: the filter \`${last.keep}\` excluded the last ${last.excluded}`
      : `no row is left in a sample of ${config.sample?.fraction}`,
    at: last ? 'data.filters' : 'data.sample',
  });
}

interface PreparedTarget {
  /** The term to add, for a target that is computed. */
  sql?: string;
  column: { name: string; kind: FieldKind }[];
  sources: string[];
}

async function prepareTarget(
  engine: Engine,
  { target }: DataConfig,
  columns: readonly CanonicalColumn[],
  canonical: string,
): Promise<PreparedTarget> {
  if (target?.from === undefined) return { column: [], sources: [] };
  if (columns.some((column) => column.name.toLowerCase() === target.name.toLowerCase())) {
    throw new AirworthyError('DATA_DUPLICATE_COLUMN', {
      message: `the target "${target.name}" is computed, but the data has a column of that name`,
      remedy: 'Give the target another name, or leave out `from` to use the column.',
      at: 'data.target',
    });
  }
  const checked = await checkExpression(engine, target.from, canonical, 'data.target.from');
  const kind = kindOf(checked, target.from);
  const sql = `${castTo(kind, `(${target.from}\n)`)} AS ${sqlName(target.name)}`;
  // SQL takes names in any case.
  const read = new Set(checked.columns.map((name) => name.toLowerCase()));
  const sources = columns.map(({ name }) => name).filter((name) => read.has(name.toLowerCase()));
  return { sql, column: [{ name: target.name, kind }], sources };
}

function kindOf({ type }: CheckedExpression, expression: string): FieldKind {
  if (type === 'BOOLEAN') return 'boolean';
  if (/^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/.test(type)) return 'integer';
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type)) return 'number';
  if (/^(VARCHAR|ENUM)/.test(type)) return 'category';
  throw new AirworthyError('DATA_EXPRESSION', {
    message: `the target \`${expression}\` gives ${type}; a model predicts true or false, a number or a class`,
    at: 'data.target.from',
  });
}

function castTo(kind: FieldKind, value: string): string {
  if (kind === 'number') return `CASE WHEN isfinite(${value}::DOUBLE) THEN ${value}::DOUBLE + 0.0 END`;
  return `${value}::${kind === 'boolean' ? 'BOOLEAN' : kind === 'integer' ? 'BIGINT' : 'VARCHAR'}`;
}

function targetRecord({ name, from }: { name: string; from?: string | undefined }): {
  name: string;
  from?: string;
} {
  return { name, ...(from === undefined ? {} : { from }) };
}
