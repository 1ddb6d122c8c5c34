import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AirworthyError } from '../kernel/errors.ts';
import { syncPath } from './blobs/disk.ts';
import { openSqlite } from './sql/sqlite.ts';

/** Holds the virtual time of a rehearsal; the data folder of a project has none. */
const CLOCK = 'clock.json';
const DATABASE = 'airworthy.db';
/** Their files never change once they are in place, so that a second name for them is as good as a copy. */
const LINKED = ['blobs', 'bundles', 'keys'];

/** Throws REPLAY_IMPOSSIBLE for records in PostgreSQL: a copy of them would be a second database. */
export function requireRecordsInFolder(databaseUrl: string | undefined): void {
  if (databaseUrl === undefined) return;
  throw new AirworthyError('REPLAY_IMPOSSIBLE', {
    message:
      'a rehearsal copies the records of the data folder, but these are in PostgreSQL (AIRWORTHY_DATABASE)',
    remedy: 'Ship the project into a data folder of its own, without AIRWORTHY_DATABASE, and replay there.',
  });
}

/** The time in ms since the epoch that a data folder stands at; undefined where it is no rehearsal. */
export function readVirtualTime(folder: string): number | undefined {
  const path = join(folder, CLOCK);
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, 'utf8')) as { now: number }).now;
}

/** Writes down where a rehearsal's time stands, whole or not at all. */
export function saveVirtualTime(folder: string, now: number): void {
  const path = join(folder, CLOCK);
  writeFileSync(`${path}.tmp`, `${JSON.stringify({ now })}\n`);
  renameSync(`${path}.tmp`, path);
}

/** What was served, and what came of it: a rehearsal begins without any. */
const TRAFFIC = [
  ...['prediction', 'label', 'outcome', 'feedback', 'review_item', 'improvement'],
  ...['monitoring_window', 'window_report', 'signal', 'alert', 'notification', 'maintenance'],
];

/**
 * Makes a copy of a data folder to rehearse in, beside whoever works in it: data, runs, models and what serves, but
 * nothing that was served so far. Blobs, bundles and keys are second names of the same files. The copy is there whole or
 * not at all. The folder has been opened by this version, so that both databases have the same migrations.
 */
export async function createRehearsal(from: string, to: string, now: number): Promise<void> {
  const making = `${to}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true, mode: 0o700 });
  // Records first: the files they name were on disk before them.
  await openSqlite(join(making, DATABASE)).close();
  copyRecords(join(from, DATABASE), join(making, DATABASE));
  for (const name of LINKED) await linkFolder(join(from, name), join(making, name));
  saveVirtualTime(making, now);
  await syncPath(making);
  await rename(making, to);
  await syncPath(dirname(to));
}

/** In one transaction, which sees the records as they are at one moment. */
function copyRecords(from: string, to: string): void {
  const connection = new DatabaseSync(to);
  try {
    connection.prepare('ATTACH ? AS origin').run(from);
    connection.exec('BEGIN IMMEDIATE');
    const tables = connection
      .prepare("SELECT name FROM origin.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all()
      .map((row) => String(row.name))
      .filter((name) => name !== 'migration' && !TRAFFIC.includes(name));
    for (const name of tables) connection.exec(`INSERT INTO main."${name}" SELECT * FROM origin."${name}"`);
    connection.exec('COMMIT');
  } finally {
    connection.close();
  }
}

async function linkFolder(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(source, target);
    else if (!entry.name.endsWith('.tmp')) await link(source, target).catch(() => copyFile(source, target));
  }
}
