import type { Kysely } from 'kysely';
import type { Context, Database } from '../../store/ports.ts';
import { type BulkRunner, createBulkRunner } from '../../store/sql/bulk-statements.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { type CheckedBatch, writeBatches } from './write-batches.ts';

interface Queued {
  batch: CheckedBatch;
  resolve(): void;
  reject(error: unknown): void;
}

/** What waits to be written to a project. */
interface Queue {
  bulk: BulkRunner;
  waiting: Queued[];
}

const QUEUES = new WeakMap<Database, Map<string, Queue>>();

/**
 * Writes a batch together with those that others send meanwhile: what is waiting when the transaction begins goes
 * into the same few statements. Resolves when it is on disk.
 */
export function enqueueBatch(context: Context, batch: CheckedBatch): Promise<void> {
  const queue = queueOf(context);
  return new Promise((resolve, reject) => {
    queue.waiting.push({ batch, resolve, reject });
    if (queue.waiting.length === 1) void writeWaiting(context, queue);
  });
}

/** Writes a batch inside a write under way; throws what refuses it. */
export async function writeBatch(context: Context, sql: Kysely<Schema>, batch: CheckedBatch): Promise<void> {
  const target = { sql, bulk: queueOf(context).bulk, project: context.project };
  const [refused] = await writeBatches(target, [batch], context.clock.now());
  if (refused) throw refused;
}

function queueOf({ store, project }: Context): Queue {
  const projects = QUEUES.get(store.database) ?? new Map<string, Queue>();
  QUEUES.set(store.database, projects);
  const queue = projects.get(project) ?? { bulk: createBulkRunner(), waiting: [] };
  projects.set(project, queue);
  return queue;
}

async function writeWaiting(context: Context, queue: Queue): Promise<void> {
  let taken: Queued[] = [];
  try {
    const refused = await context.store.database.write((sql) => {
      taken = queue.waiting.splice(0);
      const batches = taken.map((queued) => queued.batch);
      return writeBatches({ sql, bulk: queue.bulk, project: context.project }, batches, context.clock.now());
    });
    taken.forEach(({ resolve, reject }, index) => {
      if (refused[index]) reject(refused[index]);
      else resolve();
    });
  } catch (error) {
    // Before the transaction began nothing was taken.
    if (taken.length === 0) taken = queue.waiting.splice(0);
    if (taken.length === 1) return taken[0].reject(error);
    await Promise.all(taken.map((queued) => writeAlone(context, queued)));
  }
}

/** So that a batch at which the database itself takes offence does not undo its neighbours. */
async function writeAlone(context: Context, { batch, resolve, reject }: Queued): Promise<void> {
  try {
    await context.store.database.write((sql) => writeBatch(context, sql, batch));
    resolve();
  } catch (error) {
    reject(error);
  }
}
