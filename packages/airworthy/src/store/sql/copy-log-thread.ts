import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

// Copies the write-ahead log of the database `workerData` into it when told to. PASSIVE makes neither readers nor writers
// wait: what they still use is left for the next time.
const connection = new DatabaseSync(workerData);
parentPort?.on('message', (message: 'copy' | 'end') => {
  if (message === 'copy') connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
  else {
    connection.close();
    parentPort?.close();
  }
});
