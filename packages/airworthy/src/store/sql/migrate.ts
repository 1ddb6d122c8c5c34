import { AirworthyError } from '../../kernel/errors.ts';
import { house } from './migrations/0001-house.ts';
import { loop } from './migrations/0002-loop.ts';
import { lineage } from './migrations/0003-lineage.ts';
import { tracking } from './migrations/0004-tracking.ts';
import { verdicts } from './migrations/0005-verdicts.ts';
import { serving } from './migrations/0006-serving.ts';
import { erasure } from './migrations/0007-erasure.ts';

export interface Migration {
  name: string;
  /** Valid for SQLite and PostgreSQL alike; `WITHOUT ROWID` (a table that is its own index) means nothing to the latter. */
  statements: readonly string[];
}

/** In order, never edited once released: a new need is a new migration. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-house', statements: house },
  { name: '0002-loop', statements: loop },
  { name: '0003-lineage', statements: lineage },
  { name: '0004-tracking', statements: tracking },
  { name: '0005-verdicts', statements: verdicts },
  { name: '0006-serving', statements: serving },
  { name: '0007-erasure', statements: erasure },
];

/** Where a database keeps the names of the migrations it has. */
export const MIGRATION_TABLE = 'CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)';

/**
 * The migrations that a database lacks, in order. Throws STORE_NEWER where it has one that is not known here.
 *
 * @param holder what to call the database in the message: `the data folder`
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  done: readonly string[],
  holder: string,
): Migration[] {
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = done.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new AirworthyError('STORE_NEWER', {
      message: `${holder} was written by a newer Airworthy (it has migration ${unknown})`,
    });
  }
  return migrations.filter((migration) => !done.includes(migration.name));
}
