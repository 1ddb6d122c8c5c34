import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { numberOfRow } from '../metrics/metric-value.ts';
import { NAME_TAG } from '../runs/run-name.ts';
import type { OrderClause } from './filter-grammar.ts';
import { RUN_COLUMNS, TABLES } from './run-clauses.ts';

/** One thing that runs are ordered by. What a run lacks comes last, whichever the direction. */
interface Term {
  value: RawBuilder<unknown>;
  /** Brings the value beside each run, where it is not the run's own. */
  join?: RawBuilder<unknown>;
  ascending: boolean;
  optional: boolean;
  /** Is it a whole number of the run's own? */
  numeric?: boolean;
}

/** A part of the runs, of which all come before those of the next part. */
export interface OrderPart {
  /** Tables, `run` among them. */
  from: RawBuilder<unknown>;
  conditions: readonly RawBuilder<unknown>[];
  terms: readonly Term[];
}

/** How far a list has come: the part of the order, and what the last run had of its terms. */
const Cursor = z.strictObject({
  part: z.int().min(0),
  values: z.array(z.union([z.string(), z.number(), z.null()])),
  id: z.string(),
});
export type Cursor = z.infer<typeof Cursor>;

const NEWEST_FIRST: OrderClause = { entity: 'attribute', key: 'start_time', ascending: false };

/**
 * By the clauses, then newest first, then by id: an order in which no two runs are equal. One that begins with a metric,
 * param or tag comes in parts, so that each can be walked along an index until a page is full: what has a value, in its
 * order, and then what has none. `few`: the runs are looked up one by one and then sorted, in the same order.
 */
export function compileRunOrder(
  project: string,
  clauses: readonly OrderClause[],
  few: boolean,
): readonly OrderPart[] {
  const terms = [...clauses, NEWEST_FIRST].map((clause, index) => {
    const term = toTerm(project, clause, index);
    return few ? disguised(term) : term;
  });
  const [lead] = clauses;
  if (lead && isLogged(lead)) return ledBy(project, lead, terms.slice(1), few);
  return [{ from: runWith(terms), conditions: [], terms }];
}

function isLogged({ entity, key }: OrderClause): boolean {
  return entity !== 'attribute' && !(entity === 'tag' && key === NAME_TAG);
}

/** SQLite would rather walk all runs along an index of the column than sort a few. */
function disguised(term: Term): Term {
  return term.numeric ? { ...term, value: sql`+${term.value}` } : term;
}

function runWith(terms: readonly Term[]): RawBuilder<unknown> {
  return sql`run ${joinsOf(terms)}`;
}

function joinsOf(terms: readonly Term[]): RawBuilder<unknown> {
  const joins = terms.flatMap(({ join }) => join ?? []);
  return joins.length === 0 ? sql`` : sql.join(joins, sql` `);
}

/** Infinities lie beyond all numbers, and are kept as a 0 with a mark (`metric-value.ts`). */
const [INFINITY, MINUS_INFINITY] = [2, 3];

function ledBy(
  project: string,
  { entity, key, ascending }: OrderClause,
  rest: readonly Term[],
  few: boolean,
): OrderPart[] {
  const table = sql.table(TABLES[entity]);
  const named = sql`s0.project = ${project} AND s0.key = ${key}`;
  // A cross join is done in the order in which it is written.
  const from = few
    ? sql`run CROSS JOIN ${table} AS s0 ${joinsOf(rest)}`
    : sql`${table} AS s0 CROSS JOIN run ${joinsOf(rest)}`;
  const value: Term = { value: sql`s0.value`, ascending, optional: false };
  const ofRun = sql`run.id = s0.run`;
  const marked = (special: number) => sql`s0.special = ${sql.lit(special)}`;
  const infinite = (special: number): OrderPart => ({
    from,
    conditions: [named, sql`s0.value = 0`, marked(special), ofRun],
    terms: rest,
  });
  const has = sql`EXISTS (SELECT 1 FROM ${table} AS s0 WHERE ${named} AND s0.run = run.id
    ${entity === 'metric' ? sql`AND s0.special <> 1` : sql``})`;
  const missing: OrderPart = { from: runWith(rest), conditions: [sql`NOT ${has}`], terms: rest };
  const present = { from, terms: [value, ...rest] };
  if (entity !== 'metric') return [{ ...present, conditions: [named, ofRun] }, missing];
  const [first, last] = ascending ? [MINUS_INFINITY, INFINITY] : [INFINITY, MINUS_INFINITY];
  const finite = { ...present, conditions: [named, marked(0), ofRun] };
  return [infinite(first), finite, infinite(last), missing];
}

/** `o0`, `o1` …: the values of the cursor. */
export function orderColumns({ terms }: OrderPart): RawBuilder<unknown>[] {
  return terms.map(({ value }, index) => sql`${value} AS ${sql.ref(`o${index}`)}`);
}

export function orderBy({ terms }: OrderPart): RawBuilder<unknown> {
  const orders = terms.flatMap(({ value, ascending, optional }) => [
    ...(optional ? [sql`${value} IS NULL`] : []),
    ascending ? sql`${value} ASC` : sql`${value} DESC`,
  ]);
  return sql.join([...orders, sql`run.id ASC`]);
}

function toTerm(project: string, { entity, key, ascending }: OrderClause, index: number): Term {
  if (entity === 'attribute' || (entity === 'tag' && key === NAME_TAG)) {
    const column = entity === 'tag' ? 'run_name' : key;
    const numeric = column.endsWith('_time');
    return { value: RUN_COLUMNS[column], ascending, optional: column === 'end_time', numeric };
  }
  const alias = sql.table(`s${index}`);
  const table = sql.table(TABLES[entity]);
  const value = entity === 'metric' ? numberOfRow(alias) : sql`${alias}.value`;
  const join = sql`LEFT JOIN ${table} AS ${alias}
    ON ${alias}.project = ${project} AND ${alias}.run = run.id AND ${alias}.key = ${key}`;
  return { value, join, ascending, optional: true };
}

/** What comes after the run at which a page ended: equal in the first terms and later in the next, for some number of first terms. */
export function afterCursor({ terms }: OrderPart, { values, id }: Cursor): RawBuilder<boolean> {
  const equal: RawBuilder<boolean>[] = [];
  const ways: RawBuilder<boolean>[] = [];
  terms.forEach((term, index) => {
    const value = values[index];
    if (value !== null) ways.push(all([...equal, comesLater(term, value)]));
    equal.push(value === null ? sql<boolean>`${term.value} IS NULL` : sql<boolean>`${term.value} = ${value}`);
  });
  ways.push(all([...equal, sql<boolean>`run.id > ${id}`]));
  const [first] = terms;
  const bound = first.optional || values[0] === null ? [] : [notBefore(first, values[0])];
  return all([...bound, sql<boolean>`(${sql.join(ways, sql` OR `)})`]);
}

function comesLater({ value, ascending, optional }: Term, at: string | number): RawBuilder<boolean> {
  const later = sql<boolean>`${value} ${sql.raw(ascending ? '>' : '<')} ${at}`;
  return optional ? sql<boolean>`(${later} OR ${value} IS NULL)` : later;
}

/** What the rest implies, but an index can begin at. */
function notBefore({ value, ascending }: Term, at: string | number): RawBuilder<boolean> {
  return sql<boolean>`${value} ${sql.raw(ascending ? '>=' : '<=')} ${at}`;
}

function all(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(conditions, sql` AND `)})`;
}

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Throws BAD_ARGUMENT for what is not the `next` of a page in this order. */
export function readCursor(after: string, parts: readonly OrderPart[]): Cursor {
  const read = Cursor.safeParse(parseJson(Buffer.from(after, 'base64url').toString('utf8')));
  if (read.success && parts[read.data.part]?.terms.length === read.data.values.length) return read.data;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `"${after.slice(0, 100)}" is not the "next" of a page in this order`,
    at: 'after',
  });
}
