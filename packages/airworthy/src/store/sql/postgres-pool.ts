import type { CustomTypesConfig, Pool, PoolClient } from 'pg';
import { type PostgresAddress, translatePostgresError, unreachable } from './postgres-errors.ts';

/** Connections a process: one writes, the others read. */
const CONNECTIONS = 10;
/** How long to wait for the server, or for one of the connections to come free, in ms. */
const CONNECT_TIMEOUT = 10_000;
const IDLE_TIMEOUT = 30_000;
/** PostgreSQL's type of bigint, and of what count() gives. */
const INT8 = 20;

export interface PostgresPool {
  connect(): Promise<PoolClient>;
  end(): Promise<void>;
}

/** A bounded pool; the driver is loaded, and connections are made, when first asked for. */
export function createPostgresPool(address: PostgresAddress): PostgresPool {
  let opened: Promise<Pool> | undefined;
  let ended = false;
  return {
    async connect() {
      if (ended) throw new Error('the database is closed');
      opened ??= openPool(address);
      const pool = await opened;
      try {
        return await pool.connect();
      } catch (error) {
        throw unreachable(address, error);
      }
    },
    async end() {
      if (ended) return;
      ended = true;
      await (await opened)?.end();
    },
  };
}

async function openPool(address: PostgresAddress): Promise<Pool> {
  const { Pool, types } = await import('pg');
  const getTypeParser = ((oid: number, format?: 'text') =>
    oid === INT8 ? toSafeInteger : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'];
  const pool = new Pool({
    connectionString: address.url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    idleTimeoutMillis: IDLE_TIMEOUT,
    application_name: 'airworthy',
    keepAlive: true,
    types: { getTypeParser },
  });
  // A lost connection fails the query that uses it. Without listeners it would also end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** As SQLite does, refuse what a double cannot hold rather than round it. */
function toSafeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`the integer ${text} is beyond 2^53 and cannot be read exactly`);
}

/** One statement on a connection, with its errors in our terms. */
export async function queryPostgres(
  address: PostgresAddress,
  client: PoolClient,
  sql: string,
  parameters: readonly unknown[] = [],
) {
  try {
    return await client.query<Record<string, unknown>>(sql, [...parameters]);
  } catch (error) {
    throw translatePostgresError(address, error);
  }
}
