import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlText } from '../engine/sql-text.ts';

/** An expression that may be used, and the columns it reads. */
export interface CheckedExpression {
  columns: string[];
  /** DuckDB's type of its value. */
  type: string;
}

interface SyntaxNode {
  class?: string;
  function_name?: string;
  column_names?: string[];
}

/** Their value differs from call to call, so that the same files would not give the same dataset. */
const UNSTABLE = new Set([
  ...['random', 'setseed', 'uuid', 'uuidv4', 'uuidv7', 'gen_random_uuid', 'nextval', 'currval', 'sleep_ms'],
  ...['now', 'today', 'current_date', 'current_time', 'current_timestamp', 'get_current_time', 'localtime'],
  ...['get_current_timestamp', 'transaction_timestamp', 'localtimestamp', 'current_query', 'version'],
]);

/**
 * Checks that a text is one SQL expression over the columns of a relation: no second statement, no query inside, nothing
 * that depends on the moment. Throws DATA_EXPRESSION naming the expression, and the nearest column where one is unknown.
 */
export async function checkExpression(
  engine: Engine,
  expression: string,
  relation: string,
  at: string,
): Promise<CheckedExpression> {
  const fail = (why: string, facts: Record<string, unknown> = {}) =>
    new AirworthyError('DATA_EXPRESSION', {
      message: `the expression \`${expression}\` cannot be used: ${why}`,
      at,
      facts: { expression, ...facts },
    });
  const nodes = await parse(engine, expression, fail);
  const described = await engine.all<{ column_name: string }>(`DESCRIBE SELECT * FROM ${relation}`);
  const known = described.map((column) => column.column_name);
  for (const node of nodes) {
    if (node.class === 'SUBQUERY') throw fail('it holds a query; only columns of the same row can be used');
    if (node.class === 'WINDOW')
      throw fail('it looks at other rows (OVER); only columns of the same row can be used');
    const unstable = unstableName(node, known);
    if (unstable !== undefined)
      throw fail(`${unstable} gives another value each time, so that the dataset could not be made again`);
  }
  try {
    // WHERE, since aggregates are refused there.
    await engine.all(`SELECT 1 FROM ${relation} WHERE (${expression}\n) IS NULL LIMIT 0`);
    const [described] = await engine.all<{ column_type: string }>(
      `DESCRIBE SELECT (${expression}\n) FROM ${relation}`,
    );
    const columns = nodes.flatMap((node) =>
      node.class === 'COLUMN_REF' ? [node.column_names?.at(-1) ?? ''] : [],
    );
    return { columns: [...new Set(columns)], type: described.column_type };
  } catch (error) {
    throw fail(explain(error, known));
  }
}

async function parse(
  engine: Engine,
  expression: string,
  fail: (why: string) => AirworthyError,
): Promise<SyntaxNode[]> {
  // The line break ends a comment that the expression may close with.
  const statement = sqlText(`SELECT (${expression}\n)`);
  const { tree } = await engine.one<{ tree: string }>(
    `SELECT json_serialize_sql(${statement})::VARCHAR AS tree`,
  );
  const parsed = JSON.parse(tree) as {
    error: boolean;
    error_type?: string;
    error_message?: string;
    statements?: {
      node: { select_list?: unknown[]; from_table?: { type: string }; where_clause?: unknown };
    }[];
  };
  if (parsed.error && parsed.error_type === 'parser') throw fail(parsed.error_message ?? 'it is not SQL');
  const select = parsed.statements?.length === 1 ? parsed.statements[0].node : undefined;
  const single =
    select?.select_list?.length === 1 && select.from_table?.type === 'EMPTY' && !select.where_clause;
  if (!single) throw fail('it is more than one expression');
  return collectNodes(select.select_list);
}

function collectNodes(value: unknown): SyntaxNode[] {
  if (Array.isArray(value)) return value.flatMap(collectNodes);
  if (typeof value !== 'object' || value === null) return [];
  return [value as SyntaxNode, ...Object.values(value).flatMap(collectNodes)];
}

/** `current_date` is written like a column. */
function unstableName(node: SyntaxNode, columns: readonly string[]): string | undefined {
  const { function_name: called, column_names: names } = node;
  if (called !== undefined) return UNSTABLE.has(called.toLowerCase()) ? `${called}()` : undefined;
  const [name] = names?.length === 1 ? names : [];
  const isColumn = columns.some((column) => column.toLowerCase() === name?.toLowerCase());
  return name !== undefined && !isColumn && UNSTABLE.has(name.toLowerCase()) ? name : undefined;
}

function explain(error: unknown, columns: readonly string[]): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  const unknown = /Referenced column "([^"]+)" (?:was )?not found/.exec(message)?.[1];
  if (unknown === undefined) return message.replace(/^(\w+ )+Error: /, '');
  const nearest = nearestName(unknown, columns);
  return `the data has no column "${unknown}"${nearest ? `; did you mean "${nearest}"?` : ''}`;
}
