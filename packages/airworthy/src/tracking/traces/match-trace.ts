import { RE2JS, RE2JSSyntaxException } from 're2js';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { FilterClause } from '../search/filter-grammar.ts';
import type { StoredValue } from './attribute-json.ts';
import { parseJson } from './conventions/payload.ts';
import type { TraceRow } from './merge-trace.ts';
import { addDetails } from './read-trace.ts';
import { toMlflowTraceId } from './trace-rows.ts';

/** Tells for clauses that SQL cannot: does a trace satisfy all of them? */
export type TraceMatcher = (row: TraceRow) => Promise<boolean>;

/**
 * A matcher for regular expressions and for attributes of spans. Patterns are RE2’s, whose time is linear.
 *
 * @throws FILTER_INVALID for a pattern that is none
 */
export function createMatcher(context: Context, clauses: readonly FilterClause[]): TraceMatcher {
  const tests = clauses.map((clause) => ({ clause, test: createTest(clause) }));
  return async (row) => {
    for (const { clause, test } of tests) {
      const values = await valuesOf(context, row, clause);
      if (!values.some(test)) return false;
    }
    return true;
  };
}

function createTest({ operator, value }: FilterClause): (text: string) => boolean {
  if (operator === 'RLIKE') return regularExpression(String(value));
  if (operator === 'LIKE' || operator === 'ILIKE') {
    const pattern = likeExpression(String(value), operator === 'ILIKE');
    return (text) => pattern.matcher(text).find();
  }
  if (Array.isArray(value)) return (text) => value.includes(text) === (operator === 'IN');
  return (text) => (text === value) === (operator === '=');
}

function regularExpression(pattern: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new AirworthyError('FILTER_INVALID', {
      message: `"${pattern.slice(0, 100)}" is no regular expression: ${error.message}`,
    });
  }
}

function likeExpression(pattern: string, anyCase: boolean): RE2JS {
  const parts = [...pattern].map((character) => {
    if (character === '%') return '.*';
    return character === '_' ? '.' : RE2JS.quote(character);
  });
  return RE2JS.compile(`^${parts.join('')}$`, RE2JS.DOTALL | (anyCase ? RE2JS.CASE_INSENSITIVE : 0));
}

async function valuesOf(context: Context, row: TraceRow, { entity, key }: FilterClause): Promise<string[]> {
  if (entity === 'span') return spanValues(context, row, key);
  if (entity === 'attribute') return [attributeOf(row, key)].filter((value) => value !== null);
  const [{ tags, metadata, assessments }] = await addDetails(context, [row]);
  if (entity === 'tag') return key in tags ? [tags[key]] : [];
  if (entity === 'metadata') return key in metadata ? [metadata[key]] : [];
  return assessments
    .filter(({ kind, name, valid }) => valid && kind === entity && name === key)
    .map(({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)));
}

function attributeOf(row: TraceRow, key: string): string | null {
  const values: Record<string, string | null> = {
    request_id: toMlflowTraceId(row.id),
    client_request_id: row.client_request_id,
    name: row.name,
    status: row.state.toUpperCase().replace('-', '_'),
    run_id: row.run,
  };
  return values[key] ?? null;
}

async function spanValues({ project, store }: Context, row: TraceRow, key: string): Promise<string[]> {
  const spans = await store.database.sql
    .selectFrom('span')
    .select(['name', 'type', 'status', 'attributes_json'])
    .where('project', '=', project)
    .where('trace', '=', row.id)
    .execute();
  if (key === 'name') return spans.map(({ name }) => name);
  if (key === 'type') return spans.map(({ type }) => type);
  if (key === 'status') return spans.map(({ status }) => status.toUpperCase());
  const attribute = key.replace(/^attributes\./, '');
  return spans.flatMap(({ attributes_json }) => {
    const value: StoredValue | undefined = JSON.parse(attributes_json)[attribute];
    return value === undefined || value === null ? [] : [unquote(value)];
  });
}

/** MLflow’s clients send texts as JSON texts: `"gpt-4o"` in quotes. */
function unquote(value: StoredValue): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const said = value.startsWith('"') ? parseJson(value) : value;
  return typeof said === 'string' ? said : value;
}
