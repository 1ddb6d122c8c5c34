import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { appendAudit } from '../../src/store/audit.ts';
import type { Context, Database, Store } from '../../src/store/ports.ts';
import { openPostgres } from '../../src/store/sql/postgres.ts';
import { openSqlite } from '../../src/store/sql/sqlite.ts';
import { contextOf } from '../test-context.ts';

/** Where a database is: a postgres:// URL, or the path of SQLite's file. */
export function openAt(address: string): Database {
  return address.startsWith('postgres://') ? openPostgres(address) : openSqlite(address);
}

/** One step of an alias and its audit entry in one write, each numbered after the one before. Returns the number. */
export function writeEntry(database: Database): Promise<number> {
  return database.write(async (sql) => {
    const { last } = await sql
      .selectFrom('alias_history')
      .select((eb) => eb.fn.max('sequence').as('last'))
      .executeTakeFirstOrThrow();
    const sequence = (last ?? 0) + 1;
    // Time for another writer to read the same number, were it not kept out.
    await pause(Math.random() * 2);
    await sql
      .insertInto('alias_history')
      .values({
        ...{ project: 'test', sequence, model: 'm', alias: 'champion' },
        ...{ version: process.pid, actor: 'local', reason: '', at: 0 },
      })
      .execute();
    const entry = { action: 'test', object: 'm', reason: '', evidence: { sequence } };
    await appendAudit(auditContext(database), sql, entry);
    return sequence;
  });
}

/** As much of a context as the audit trail needs. */
export function auditContext(database: Database): Context {
  return contextOf({ database } as Store);
}

/** As a process of its own: `write-entries.ts ADDRESS COUNT`, two at a time, each number printed once acknowledged. */
async function main(address: string, count: number): Promise<void> {
  const database = openAt(address);
  const writeMany = async (many: number) => {
    for (let written = 0; written < many; written++) process.stdout.write(`${await writeEntry(database)}\n`);
  };
  await Promise.all([writeMany(Math.ceil(count / 2)), writeMany(Math.floor(count / 2))]);
  await database.close();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(process.argv[2], Number(process.argv[3]));
