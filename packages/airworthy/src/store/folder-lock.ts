import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../kernel/clock.ts';
import { AirworthyError } from '../kernel/errors.ts';

/** Two files in the data folder: `lock`, which the operating system locks, and `lock.json`, which says for whom. */
const LOCK = 'lock';
const HOLDER = 'lock.json';
const SQLITE_BUSY = 5;
/** A process that has just taken the lock needs a moment, in ms, until it has written who it is. */
const SETTLE_MS = 50;

/** The process that writes to a data folder. */
export interface LockHolder {
  pid: number;
  host: string;
  /** Milliseconds since the epoch, UTC. */
  since: number;
  /** Where it takes commands, such as `http://127.0.0.1:4400`; null where it is no server, or none yet. */
  address: string | null;
  /** Shows its server that a request comes from someone who may read this folder. A secret. */
  token: string;
}

/** The right to write to a data folder, which one process has at a time; all stores of that process share it. */
export interface FolderLock {
  /** Takes it for as long as the store is open. Throws ALREADY_SERVED or WORK_UNDER_WAY where another has it. */
  claim(): void;
  /** The same without an error: the other process, or undefined where the folder is ours. */
  tryClaim(): LockHolder | undefined;
  /** The error for where another has it: ALREADY_SERVED or WORK_UNDER_WAY. */
  refusal(holder: LockHolder): AirworthyError;
  /** What other processes read of this one. Claims the folder. */
  holder(): LockHolder;
  /** Tells other processes where this one takes commands. Claims the folder. */
  announce(address: string): void;
  release(): void;
}

interface Held {
  /** The folder's real path. */
  key: string;
  connection: DatabaseSync;
  holder: LockHolder;
  /** The stores of this process that claimed it. */
  owners: number;
}

const heldHere = new Map<string, Held>();

/**
 * The lock of a data folder. It is SQLite's exclusive lock on an empty file, which the operating system lets go of
 * when its process ends, however that ends: a lock left behind by kill -9, by another container, before a reboot or
 * under a pid that was given away again needs no guess at whether its holder still lives, and taking it over no race.
 */
export function createFolderLock(folder: string): FolderLock {
  let mine: Held | undefined;

  function tryClaim(): Held | LockHolder {
    if (mine) return mine;
    const held = heldHere.get(realpathSync(folder)) ?? take(folder);
    if ('token' in held) return held;
    heldHere.set(held.key, held);
    held.owners += 1;
    mine = held;
    return held;
  }

  function claim(): Held {
    const held = tryClaim();
    if ('token' in held) throw heldBy(held, folder);
    return held;
  }

  return {
    claim: () => void claim(),
    tryClaim() {
      const held = tryClaim();
      return 'token' in held ? held : undefined;
    },
    refusal: (holder) => heldBy(holder, folder),
    holder: () => claim().holder,
    announce(address) {
      const { holder } = claim();
      holder.address = address;
      writeHolder(folder, holder);
    },
    release() {
      const held = mine;
      mine = undefined;
      if (held === undefined) return;
      held.owners -= 1;
      if (held.owners > 0) return;
      heldHere.delete(held.key);
      // While it is still ours, so that it is not the next holder's that is removed.
      rmSync(join(held.key, HOLDER), { force: true });
      held.connection.close();
    },
  };
}

/** Takes the lock, or returns who has it. */
function take(folder: string): Held | LockHolder {
  const connection = new DatabaseSync(join(folder, LOCK));
  try {
    connection.exec(`PRAGMA busy_timeout = ${SETTLE_MS}`);
    connection.exec('BEGIN EXCLUSIVE');
    const holder: LockHolder = {
      pid: process.pid,
      host: hostname(),
      since: systemClock.now(),
      address: null,
      token: randomBytes(32).toString('hex'),
    };
    writeHolder(folder, holder);
    return { key: realpathSync(folder), connection, holder, owners: 0 };
  } catch (error) {
    connection.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    return readHolder(folder);
  }
}

/** Renamed into place, so that it is never read half written. */
function writeHolder(folder: string, holder: LockHolder): void {
  const path = join(folder, HOLDER);
  const temporary = `${path}.tmp`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${JSON.stringify(holder, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function readHolder(folder: string): LockHolder {
  try {
    return JSON.parse(readFileSync(join(folder, HOLDER), 'utf8')) as LockHolder;
  } catch {
    throw new AirworthyError('WORK_UNDER_WAY', {
      message: `another process has just begun to write to, or to leave, the data folder ${folder}`,
    });
  }
}

/** Why this process may not write. */
function heldBy({ pid, host, since, address }: LockHolder, folder: string): AirworthyError {
  const who = `process ${pid}${host === hostname() ? '' : ` on ${host}`}`;
  const when = `since ${new Date(since).toISOString()}`;
  const facts = { pid, host, since, address, folder };
  return address === null
    ? new AirworthyError('WORK_UNDER_WAY', {
        message: `${who} has been writing to the data folder ${folder} ${when}`,
        facts,
      })
    : new AirworthyError('ALREADY_SERVED', {
        message: `a server at ${address} (${who}) has had the data folder ${folder} ${when}`,
        facts,
      });
}
