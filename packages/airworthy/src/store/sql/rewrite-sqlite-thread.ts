import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

// Rewrites the database `workerData`, then copies all of its log into it and cuts the log to nothing.
const BUSY_TIMEOUT = 10_000;
const TRIES = 6;

const connection = new DatabaseSync(workerData);
connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
connection.exec('VACUUM');
let isBusy = true;
for (let tries = 0; isBusy && tries < TRIES; tries++)
  isBusy = connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy !== 0;
connection.close();
parentPort?.postMessage(isBusy ? 'another process reads the database, and keeps its log' : undefined);
