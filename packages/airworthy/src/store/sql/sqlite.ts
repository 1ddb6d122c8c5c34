import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
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
import { AirworthyError } from '../../kernel/errors.ts';
import type { Database } from '../ports.ts';
import { MIGRATIONS } from './migrate.ts';
import type { Schema } from './schema.ts';

/** Another process may hold the write lock (a command beside a running server); wait this long, in ms. */
const BUSY_TIMEOUT = 10_000;
/** Prepared statements kept for re-use; the code's own queries number far fewer. */
const STATEMENT_CACHE = 500;

/**
 * Opens (or creates) the embedded database: WAL, and `synchronous=FULL` so that a commit is on disk.
 * Reads go through their own connection and never wait for a writer.
 */
export function openSqlite(path: string): Database {
  const writer = openConnection(path);
  let reader: DatabaseSync;
  try {
    migrate(writer);
    reader = openConnection(path);
  } catch (error) {
    writer.close();
    throw error;
  }
  const sql = kyselyOver(reader);
  const queue = createGroupCommit(writer, kyselyOver(writer));
  return {
    sql,
    write: queue.write,
    async close() {
      await queue.idle();
      await sql.destroy();
      reader.close();
      writer.close();
    },
  };
}

function openConnection(path: string): DatabaseSync {
  const connection = new DatabaseSync(path);
  try {
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    connection.exec('PRAGMA journal_mode = WAL');
    connection.exec('PRAGMA synchronous = FULL');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function migrate(connection: DatabaseSync): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    connection.exec('CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)');
    const done = new Set(
      connection
        .prepare('SELECT name FROM migration')
        .all()
        .map((row) => row.name),
    );
    refuseNewerFolder(done);
    for (const { name, statements } of MIGRATIONS.filter((migration) => !done.has(migration.name))) {
      for (const statement of statements) connection.exec(statement);
      connection.prepare('INSERT INTO migration (name) VALUES (?)').run(name);
    }
    connection.exec('COMMIT');
  } catch (error) {
    connection.exec('ROLLBACK');
    throw error;
  }
}

function refuseNewerFolder(done: ReadonlySet<unknown>): void {
  const known = new Set(MIGRATIONS.map((migration) => migration.name));
  const unknown = [...done].find((name) => !known.has(String(name)));
  if (unknown === undefined) return;
  throw new AirworthyError('STORE_NEWER', {
    message: `the data folder was written by a newer Airworthy (it has migration ${String(unknown)})`,
  });
}

interface PendingWrite {
  work: (sql: Kysely<Schema>) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: writes that arrive while a commit is under way share the next one, each in its own savepoint,
 * so that one failing write does not undo its neighbours and N concurrent writes cost one fsync.
 */
function createGroupCommit(connection: DatabaseSync, sql: Kysely<Schema>) {
  let pending: PendingWrite[] = [];
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      await commitBatch(connection, sql, batch);
    }
    running = undefined;
  }

  return {
    write<Result>(work: (sql: Kysely<Schema>) => Promise<Result>): Promise<Result> {
      return new Promise<Result>((resolve, reject) => {
        pending.push({ work, resolve: resolve as (value: unknown) => void, reject });
        running ??= Promise.resolve().then(drain);
      });
    },
    idle: async () => running,
  };
}

async function commitBatch(
  connection: DatabaseSync,
  sql: Kysely<Schema>,
  batch: PendingWrite[],
): Promise<void> {
  const settled: (() => void)[] = [];
  try {
    connection.exec('BEGIN IMMEDIATE');
    for (const write of batch) settled.push(await runInSavepoint(connection, sql, write));
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    for (const write of batch) write.reject(error);
    return;
  }
  for (const settle of settled) settle();
}

async function runInSavepoint(
  connection: DatabaseSync,
  sql: Kysely<Schema>,
  write: PendingWrite,
): Promise<() => void> {
  connection.exec('SAVEPOINT write');
  try {
    const value = await write.work(sql);
    connection.exec('RELEASE write');
    return () => write.resolve(value);
  } catch (error) {
    // A full disk may already have rolled the whole transaction back; then the batch fails as one.
    if (!connection.isTransaction) throw error;
    connection.exec('ROLLBACK TO write');
    connection.exec('RELEASE write');
    return () => write.reject(error);
  }
}

function kyselyOver(connection: DatabaseSync): Kysely<Schema> {
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
