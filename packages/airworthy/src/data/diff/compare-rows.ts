import { AirworthyError } from '../../kernel/errors.ts';
import type { Field } from '../../models/table.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { shownValue } from '../profile/describe-column.ts';
import { valueSql } from '../profile/value-counts.ts';
import type { DatasetDiff, DatasetVersion } from '../schema.ts';

/** Two versions' rows in one engine, and the columns they share. */
export interface VersionPair {
  engine: Engine;
  from: { version: DatasetVersion; numbered: string };
  to: { version: DatasetVersion; numbered: string };
  common: { name: string; from: Field; to: Field }[];
}

type RowCounts = Pick<DatasetDiff, 'rows' | 'examples'>;

const EXAMPLES = 5;

/** Rows as multisets of their content in the common columns: of n equal rows before and m after, |n - m| changed. */
export async function compareByContent(pair: VersionPair): Promise<RowCounts> {
  const { engine, from, to } = pair;
  await engine.run(`CREATE TEMP TABLE older AS ${grouped(pair, 'from')}`);
  await engine.run(`CREATE TEMP TABLE newer AS ${grouped(pair, 'to')}`);
  await engine.run(
    `CREATE TEMP TABLE difference AS SELECT coalesce(older.content, newer.content) AS content,
       coalesce(newer.n, 0) - coalesce(older.n, 0) AS more, least(coalesce(newer.n, 0), coalesce(older.n, 0)) AS same
     FROM older FULL JOIN newer ON older.content = newer.content`,
  );
  const rows = await engine.one<{ added: number; removed: number; unchanged: number }>(
    `SELECT coalesce(sum(more) FILTER (more > 0), 0)::BIGINT AS added,
       coalesce(-sum(more) FILTER (more < 0), 0)::BIGINT AS removed,
       coalesce(sum(same), 0)::BIGINT AS unchanged FROM difference`,
  );
  const some = (condition: string) => `SELECT content FROM difference WHERE ${condition}`;
  const added = rows.added === 0 ? [] : await examples(pair, to, 'added', 'to', some('more > 0'));
  const removed = rows.removed === 0 ? [] : await examples(pair, from, 'removed', 'from', some('more < 0'));
  return { rows: { ...rows, changed: 0 }, examples: [...added, ...removed] };
}

/** Rows told apart by a key: added, removed, or changed in some common column. */
export async function compareByKey(pair: VersionPair, key: readonly string[]): Promise<RowCounts> {
  const { engine, from, to } = pair;
  await requireUniqueKey(pair, 'from', key);
  await requireUniqueKey(pair, 'to', key);
  const side = (name: 'from' | 'to') =>
    `(SELECT ${contentSql(pair, name, key)} AS key, ${contentSql(pair, name)} AS content FROM ${pair[name].numbered})`;
  await engine.run(
    `CREATE TEMP TABLE difference AS SELECT older.key AS gone, newer.key AS come, older.content AS before, newer.content AS after
     FROM ${side('from')} AS older FULL JOIN ${side('to')} AS newer ON older.key = newer.key`,
  );
  const rows = await engine.one<DatasetDiff['rows']>(
    `SELECT count_if(gone IS NULL) AS added, count_if(come IS NULL) AS removed,
       count_if(before <> after) AS changed, count_if(before = after) AS unchanged FROM difference`,
  );
  const lists = [
    await examples(pair, to, 'added', 'to', 'SELECT after FROM difference WHERE gone IS NULL'),
    await examples(pair, from, 'removed', 'from', 'SELECT before FROM difference WHERE come IS NULL'),
    await examples(pair, to, 'changed', 'to', 'SELECT after FROM difference WHERE before <> after'),
  ];
  return { rows, examples: lists.flat() };
}

function grouped(pair: VersionPair, side: 'from' | 'to'): string {
  return `SELECT content, count(*) AS n FROM (SELECT ${contentSql(pair, side)} AS content FROM ${pair[side].numbered}) GROUP BY content`;
}

/** One number for a row's values, the same in both versions for the same values whatever their kinds. */
function contentSql(pair: VersionPair, side: 'from' | 'to', names?: readonly string[]): string {
  const columns = names ? pair.common.filter(({ name }) => names.includes(name)) : pair.common;
  return `hash(${columns.map((column) => comparable(column, side)).join(', ')})`;
}

function comparable(column: VersionPair['common'][number], side: 'from' | 'to'): string {
  const isText = column.from.kind === 'category' || column.to.kind === 'category';
  return isText ? `${sqlName(column.name)}::VARCHAR` : valueSql(column[side]);
}

async function requireUniqueKey(
  pair: VersionPair,
  side: 'from' | 'to',
  key: readonly string[],
): Promise<void> {
  const { version, numbered } = pair[side];
  const { distinct } = await pair.engine.one<{ distinct: number }>(
    `SELECT count(DISTINCT ${contentSql(pair, side, key)}) AS distinct FROM ${numbered}`,
  );
  if (distinct === version.rows) return;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `${key.map((name) => `"${name}"`).join(', ')} does not tell the rows of version ${version.number} apart: ${version.rows - distinct} rows repeat`,
    remedy: 'Name more columns, or compare without a key.',
  });
}

async function examples(
  pair: VersionPair,
  { version, numbered }: VersionPair['from'],
  change: DatasetDiff['examples'][number]['change'],
  side: 'from' | 'to',
  contents: string,
): Promise<DatasetDiff['examples']> {
  const { fields } = version.schema;
  const list = fields.map((field, index) => `${valueSql(field)} AS v${index}`).join(', ');
  const rows = await pair.engine.all<Record<string, number | string | null>>(
    `SELECT file_row_number AS at, ${list} FROM ${numbered}
     WHERE ${contentSql(pair, side)} IN (${contents}) ORDER BY file_row_number LIMIT ${EXAMPLES}`,
  );
  return rows.map((row) => ({
    change,
    row: Number(row.at) + 1,
    values: Object.fromEntries(
      fields.map((field, index) => {
        const value = row[`v${index}`];
        return [field.name, value === null ? null : shownValue(value, field)];
      }),
    ),
  }));
}
