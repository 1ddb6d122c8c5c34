import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Schema } from './schema.ts';

/** Prepared statements kept for re-use; the code's own queries number far fewer. */
const STATEMENT_CACHE = 500;

/** Kysely over one connection of node:sqlite. */
export function kyselyOver(connection: DatabaseSync): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => createDriver(connection),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

function createDriver(connection: DatabaseSync): Driver {
  const shared = createKyselyConnection(connection);
  const transactionsGoThroughWrite = async () => {
    throw new Error('use database.write() for transactions');
  };
  return {
    init: async () => {},
    acquireConnection: async () => shared,
    beginTransaction: transactionsGoThroughWrite,
    commitTransaction: transactionsGoThroughWrite,
    rollbackTransaction: transactionsGoThroughWrite,
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}

function createKyselyConnection(connection: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const cached = statements.get(sql);
    if (cached) return cached;
    if (statements.size >= STATEMENT_CACHE) statements.clear();
    const statement = connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const statement = prepare(sql);
      const values = parameters as SQLInputValue[];
      if (statement.columns().length > 0) return { rows: statement.all(...values) as Row[] };
      const { changes } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes) };
    },
    async *streamQuery<Row>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
      // Its own statement: a cached one could be re-run while this iterator is still open.
      for (const row of connection.prepare(sql).iterate(...(parameters as SQLInputValue[])))
        yield { rows: [row as Row] };
    },
  };
}
