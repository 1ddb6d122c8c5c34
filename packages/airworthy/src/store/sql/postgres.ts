import { CompiledQuery, type Kysely } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Database } from '../ports.ts';
import { createGroupCommit, type Transactions } from './group-commit.ts';
import { MIGRATION_TABLE, MIGRATIONS, type Migration, pendingMigrations } from './migrate.ts';
import { kyselyOverPool } from './postgres-dialect.ts';
import { type PostgresAddress, parsePostgresUrl } from './postgres-errors.ts';
import { createPostgresPool, type PostgresPool, queryPostgres } from './postgres-pool.ts';
import type { Schema } from './schema.ts';

/**
 * Begins a transaction that is the only writing one in its schema, whichever process or machine it is from: numbers
 * that follow each other (versions, audit entries) cannot collide. Each statement sees what was committed before it,
 * so also what the writer before this one did. A writer that hangs is ended by the server, and the next goes on.
 */
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL synchronous_commit = on;
  SET LOCAL idle_in_transaction_session_timeout = '60s';
  SELECT pg_advisory_xact_lock(hashtextextended('airworthy ' || current_schema(), 0))`;

/** To rewrite tables that other servers use would make them all wait. */
const LEFT_BEHIND =
  'deleted rows stay in the files of PostgreSQL until VACUUM FULL, in its write-ahead log until that is recycled, and in its backups';

/**
 * A PostgreSQL database (12 or newer) as the store's records; its tables are made, and migrated, in the first schema
 * of the search path. Connects when first used, or by `ready()`.
 *
 * @param url `postgres://user:password@host:5432/database`
 * @throws BAD_ARGUMENT for anything else; every use can throw STORE_UNREACHABLE.
 *
 * @example
 * const database = openPostgres('postgres://airworthy@127.0.0.1/airworthy');
 * await database.ready();
 */
export function openPostgres(url: string, migrations: readonly Migration[] = MIGRATIONS): Database {
  const address = parsePostgresUrl(url);
  const pool = createPostgresPool(address);
  const ready = onceSuccessful(() => migrate(address, pool, migrations));
  const sql = kyselyOverPool(address, async () => {
    await ready();
    return pool.connect();
  });
  const queue = createGroupCommit(transactionsOver(sql));
  return {
    sql,
    write: queue.write,
    ready,
    compact: async () => LEFT_BEHIND,
    async close() {
      await queue.idle();
      await sql.destroy();
      await pool.end();
    },
  };
}

/** Concurrent callers share one attempt; after a failure the next caller tries again. */
function onceSuccessful(attempt: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  return () => {
    underWay ??= attempt().catch((error) => {
      underWay = undefined;
      throw error;
    });
    return underWay;
  };
}

function transactionsOver(sql: Kysely<Schema>): Transactions {
  return {
    run: (body) =>
      sql.connection().execute(async (own) => {
        const execute = async (statement: string) =>
          void (await own.executeQuery(CompiledQuery.raw(statement)));
        try {
          await execute(BEGIN);
          // A lost connection shows in the next statement, which then fails the transaction as a whole.
          await body({ sql: own, execute, isAlive: () => true });
          await execute('COMMIT');
        } catch (error) {
          // Where the connection is lost, so is the transaction.
          await execute('ROLLBACK').catch(() => {});
          throw error;
        }
      }),
  };
}

/** All in one transaction: where anything fails, the database is as it was. */
async function migrate(
  address: PostgresAddress,
  pool: PostgresPool,
  migrations: readonly Migration[],
): Promise<void> {
  const client = await pool.connect();
  const execute = (statement: string, parameters?: readonly unknown[]) =>
    queryPostgres(address, client, statement, parameters);
  try {
    await requireUtf8(address, execute);
    await execute(BEGIN);
    await execute(bytewise(MIGRATION_TABLE));
    const { rows } = await execute('SELECT name FROM migration');
    const done = rows.map((row) => String(row.name));
    for (const { name, statements } of pendingMigrations(migrations, done, `the database ${address.shown}`)) {
      for (const statement of statements) await execute(bytewise(statement.replace(/ WITHOUT ROWID$/, '')));
      await execute('INSERT INTO migration (name) VALUES ($1)', [name]);
    }
    await execute('COMMIT');
  } catch (error) {
    await execute('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Text compares and sorts by its bytes, as in SQLite, and not by the rules of the server's language. */
function bytewise(statement: string): string {
  return statement.replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"');
}

async function requireUtf8(
  address: PostgresAddress,
  execute: (statement: string) => Promise<{ rows: Record<string, unknown>[] }>,
): Promise<void> {
  const { rows } = await execute('SHOW server_encoding');
  if (rows[0]?.server_encoding === 'UTF8') return;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `the database ${address.shown} keeps text as ${String(rows[0]?.server_encoding)}, which cannot hold every name`,
    remedy: "Make one that keeps UTF-8: CREATE DATABASE airworthy ENCODING 'UTF8' TEMPLATE template0.",
    at: 'AIRWORTHY_DATABASE',
  });
}
