import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { DatabaseSync } from 'node:sqlite';
import { Keys } from './keys.ts';
import { SCHEMA } from './schema.ts';

export type Row = Record<string, SQLOutputValue>;

/** The household's database, its clock and the keys that seal what is personal. */
export class HouseholdStore {
  readonly keys: Keys;
  readonly now: () => Date;
  readonly #db: DatabaseSync;
  #depth = 0;

  constructor(folder: string, now: () => Date) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.now = now;
    this.keys = new Keys(join(folder, 'keys'));
    this.#db = openDatabase(join(folder, 'household.sqlite'));
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#db.prepare(sql).all(...values);
  }

  /** How many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#db.prepare(sql).run(...values).changes);
  }

  /** All of it or nothing. One within another is undone alone. */
  transaction<Result>(work: () => Result): Result {
    const name = `step${this.#depth}`;
    this.#db.exec(this.#depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${name}`);
    this.#depth += 1;
    try {
      const result = work();
      this.#db.exec(this.#depth === 1 ? 'COMMIT' : `RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#db.exec(this.#depth === 1 ? 'ROLLBACK' : `ROLLBACK TO ${name}; RELEASE ${name}`);
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  /** What was sealed for the profile of a row; null where its key is gone. */
  unseal(row: Row, column: string): string | null {
    const sealed = row[column];
    return sealed instanceof Uint8Array ? this.keys.open(String(row.profile), sealed) : null;
  }

  close(): void {
    this.#db.close();
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    const db = new DatabaseSync(path, { timeout: 5000 });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    db.exec(SCHEMA);
    return db;
  } catch (cause) {
    throw new Error(
      `the household's database ${path} cannot be opened: ${(cause as Error).message}. Put a copy of it back, or move it away to begin anew`,
      { cause },
    );
  }
}
