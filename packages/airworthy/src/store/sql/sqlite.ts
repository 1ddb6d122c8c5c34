import { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { Database } from '../ports.ts';
import { createGroupCommit, type Transactions } from './group-commit.ts';
import { MIGRATIONS, type Migration } from './migrate.ts';
import { rewriteSqlite } from './rewrite-sqlite.ts';
import type { Schema } from './schema.ts';
import { kyselyOver } from './sqlite-dialect.ts';
import { migrateSqlite } from './sqlite-migrate.ts';
import { createWalSync, MOST_LOG_PAGES } from './wal-sync.ts';

/** Another process may hold the write lock (a command beside a running server); wait this long, in ms. */
const BUSY_TIMEOUT = 10_000;
const RETRY_MS = 10;
const SQLITE_BUSY = 5;

/** `full`: what is committed outlives a power cut. `normal`: it outlives the process; no commit waits for the disk. */
export type Durability = 'full' | 'normal';

/**
 * Opens (or creates) the embedded database: WAL, and a write is on disk before it is done, unless asked otherwise. One written by an older version is backed up, then migrated. Reads go through their own connection and
 * never wait for a writer.
 */
export function openSqlite(
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
  claim: () => void = () => {},
  durability: Durability = 'full',
): Database {
  const writer = openConnection(path, durability);
  let reader: DatabaseSync;
  try {
    migrateSqlite(writer, path, migrations, claim);
    writer.exec(`PRAGMA synchronous = normal; PRAGMA wal_autocheckpoint = ${MOST_LOG_PAGES}`);
    reader = openConnection(path, durability);
  } catch (error) {
    writer.close();
    throw error;
  }
  const sql = kyselyOver(reader);
  const walSync = durability === 'full' ? createWalSync(path) : undefined;
  const synced = async () => walSync?.synced();
  const queue = createGroupCommit(transactionsOn(writer, kyselyOver(writer), synced));
  return {
    sql,
    write: queue.write,
    ready: async () => {},
    compact: () => queue.alone(() => rewriteSqlite(path)),
    async close() {
      await queue.idle();
      await sql.destroy();
      await walSync?.close();
      for (const connection of [reader, writer]) if (connection.isOpen) connection.close();
    },
  };
}

function openConnection(path: string, durability: Durability): DatabaseSync {
  const connection = new DatabaseSync(path);
  try {
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    switchToWal(connection);
    connection.exec(`PRAGMA synchronous = ${durability}`);
    // As on PostgreSQL, where LIKE minds case.
    connection.exec('PRAGMA case_sensitive_like = ON');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Two processes that open a new database at once get in each other's way here, and SQLite does not wait by itself. */
function switchToWal(connection: DatabaseSync): void {
  const deadline = performance.now() + BUSY_TIMEOUT;
  while (true) {
    try {
      connection.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

/** @param synced resolves when what is committed is on disk */
function transactionsOn(
  connection: DatabaseSync,
  sql: Kysely<Schema>,
  synced: () => Promise<void>,
): Transactions {
  const open = {
    sql,
    execute: async (statement: string) => connection.exec(statement),
    isAlive: () => connection.isTransaction,
  };
  return {
    async run(body) {
      try {
        connection.exec('BEGIN IMMEDIATE');
        await body(open);
        connection.exec('COMMIT');
        await synced();
      } catch (error) {
        if (connection.isTransaction) connection.exec('ROLLBACK');
        throw error;
      }
    },
  };
}
