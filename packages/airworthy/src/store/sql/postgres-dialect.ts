import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { PoolClient } from 'pg';
import type { PostgresAddress } from './postgres-errors.ts';
import { queryPostgres } from './postgres-pool.ts';
import type { Schema } from './schema.ts';

type Connect = () => Promise<PoolClient>;

/** Kysely over a pool of the `pg` driver; each query runs on a connection of its own. */
export function kyselyOverPool(address: PostgresAddress, connect: Connect): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => createDriver(address, connect),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

interface PooledConnection extends DatabaseConnection {
  release(): void;
}

function createDriver(address: PostgresAddress, connect: Connect): Driver {
  const transactionsGoThroughWrite = async () => {
    throw new Error('use database.write() for transactions');
  };
  return {
    init: async () => {},
    acquireConnection: async () => createConnection(address, await connect()),
    beginTransaction: transactionsGoThroughWrite,
    commitTransaction: transactionsGoThroughWrite,
    rollbackTransaction: transactionsGoThroughWrite,
    releaseConnection: async (connection) => (connection as PooledConnection).release(),
    destroy: async () => {},
  };
}

function createConnection(address: PostgresAddress, client: PoolClient): PooledConnection {
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const { command, rowCount, rows } = await queryPostgres(address, client, sql, parameters);
      const changes = ['INSERT', 'UPDATE', 'DELETE'].includes(command);
      return { rows: rows as Row[], ...(changes ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
    },
    streamQuery() {
      throw new Error('rows are read a page at a time: nothing streams from PostgreSQL');
    },
    release: () => client.release(),
  };
}
