// A process that claims and releases a data folder's lock when its parent says so: `lock-process.ts FOLDER`.
import { AirworthyError } from '../../kernel/errors.ts';
import { createFolderLock } from '../folder-lock.ts';

/** What came of it: whether the lock is this process's, else the error's code, message and process. */
export interface Answer {
  mine: boolean;
  pid?: unknown;
  code?: string;
  message?: string;
}

const lock = createFolderLock(process.argv[2]);

function claim(): Answer {
  try {
    lock.claim();
    return { mine: true };
  } catch (error) {
    if (!AirworthyError.is(error)) throw error;
    return { mine: false, pid: error.facts.pid, code: error.code, message: error.message };
  }
}

function release(): Answer {
  lock.release();
  return { mine: false };
}

process.on('message', (command) => process.send?.(command === 'claim' ? claim() : release()));
