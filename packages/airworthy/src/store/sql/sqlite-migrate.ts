import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATION_TABLE, type Migration, pendingMigrations } from './migrate.ts';

/**
 * Brings a database up to date in one transaction. One that has migrations already is first copied to
 * `backups/airworthy-before-MIGRATION.db` beside it; where anything fails it is left as it was. `claim` throws where
 * another process, perhaps of the older version, is at work in the folder.
 */
export function migrateSqlite(
  connection: DatabaseSync,
  path: string,
  migrations: readonly Migration[],
  claim: () => void,
): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    connection.exec(MIGRATION_TABLE);
    const done = connection.prepare('SELECT name FROM migration').all();
    const names = done.map((row) => String(row.name));
    const pending = pendingMigrations(migrations, names, 'the data folder');
    if (pending.length > 0 && names.length > 0) {
      claim();
      backUp(path, pending[0].name);
    }
    for (const { name, statements } of pending) {
      for (const statement of statements) connection.exec(statement);
      connection.prepare('INSERT INTO migration (name) VALUES (?)').run(name);
    }
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** A consistent copy, made while the caller holds the write lock: no other process can migrate or write meanwhile. */
function backUp(path: string, migration: string): void {
  const folder = join(dirname(path), 'backups');
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, `airworthy-before-${migration}.db`);
  const temporary = `${copy}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  const reader = new DatabaseSync(path);
  try {
    reader.prepare('VACUUM INTO ?').run(temporary);
    syncNow(temporary);
    renameSync(temporary, copy);
    syncNow(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    reader.close();
  }
}

function syncNow(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
