import type { CompiledQuery, Kysely } from 'kysely';
import type { Schema } from '../../store/sql/schema.ts';

const compiled = new WeakMap<object, Map<string, CompiledQuery>>();

/** A statement that is built once for each kind of database: building costs more than running it. */
function cachedStatement(
  sql: Kysely<Schema>,
  name: string,
  build: () => { compile(): CompiledQuery<unknown> },
): CompiledQuery {
  const kind = sql.getExecutor().adapter.constructor;
  const statements = compiled.get(kind) ?? new Map<string, CompiledQuery>();
  compiled.set(kind, statements);
  const known = statements.get(name);
  if (known) return known;
  const built = build().compile();
  statements.set(name, built);
  return built;
}

/** Runs a cached statement with these parameters. */
export async function runCached<Row>(
  sql: Kysely<Schema>,
  name: string,
  parameters: readonly unknown[],
  build: () => { compile(): CompiledQuery<unknown> },
): Promise<Row[]> {
  const statement = cachedStatement(sql, name, build);
  return (await sql.executeQuery<Row>({ ...statement, parameters } as CompiledQuery<Row>)).rows;
}
