import { isAlive } from '../../kernel/process-identity.ts';
import { journalPath } from '../../store/journal-folder.ts';
import type { Context } from '../../store/ports.ts';
import { findCaptureRow, readStoredRecorder, toCapture } from './capture-rows.ts';
import { deliverJournal } from './deliver-journal.ts';
import { listJournals, removeJournal } from './journal.ts';
import type { Capture, CaptureEnd } from './schema.ts';
import { writePart } from './write-part.ts';

/** A recorder on another machine, which cannot be asked, is given up after this long without a word, in ms. */
const SILENT_MS = 10 * 60_000;

/**
 * Brings what recorders left behind into the store, and ends the runs whose recorder died: as killed, at its last
 * word, unless the journal has the command's own end. Returns the runs that were ended.
 */
export async function tendCaptures(context: Context): Promise<string[]> {
  const ended: string[] = [];
  for (const run of await listJournals(context.store.folder)) {
    const state = await deliverJournal(context, run).catch((error: unknown) => {
      context.log.error({ run, error: String(error) }, 'a capture could not be brought in');
    });
    if (state === 'ended') ended.push(run);
    if (state === 'open' && (await endAbandoned(context, run))) ended.push(run);
  }
  return ended;
}

async function endAbandoned(context: Context, run: string): Promise<boolean> {
  const { sql } = context.store.database;
  const seen = await findCaptureRow(sql, context.project, run);
  if (seen === undefined) return false;
  const alive =
    isAlive(readStoredRecorder(seen).recorder) ?? context.clock.now() - seen.heartbeat_at < SILENT_MS;
  if (alive) return false;
  // What it wrote between the last look and its death counts, the command's own end above all.
  if ((await deliverJournal(context, run)) === 'ended') return true;
  const row = (await findCaptureRow(sql, context.project, run)) ?? seen;
  const { delivered } = readStoredRecorder(row);
  const entry = { kind: 'end', at: row.heartbeat_at, end: abandonedEnd(toCapture(row)) } as const;
  const part = { entries: [{ place: delivered, entry }], next: delivered };
  await context.store.database.write((sql) => writePart(context, sql, run, part));
  context.events.emit('run.ended', { run, status: 'killed' });
  context.log.info({ run, journal: journalPath(context.store.folder, run) }, 'an abandoned run was ended');
  await removeJournal(context.store.folder, run);
  return true;
}

/** Nobody saw the command end. */
function abandonedEnd({ heartbeatAt }: Capture): CaptureEnd {
  return {
    exitCode: null,
    signal: null,
    endedAt: heartbeatAt,
    level: 'none',
    reasons: ['the process that recorded the command ended before it'],
    logBytes: 0,
    dropped: 0,
    stdout: null,
    stderr: null,
    files: { read: 0, written: 0, dropped: 0 },
    wallMs: 0,
    cpuMs: null,
    maxRss: null,
  };
}
