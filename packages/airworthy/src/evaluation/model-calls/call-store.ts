import type { Context } from '../../store/ports.ts';
import { insertInChunks } from '../../store/sql/insert-in-chunks.ts';
import type { Answer, KeptCall, KeyParts } from './schema.ts';

/** Calls a write; and how long one may wait for others. */
const MOST_AT_ONCE = 64;
const LONGEST_WAIT_MS = 50;

/** The cache: answers by key in the table `model_call`. Look-ups of one turn are one query, writes are gathered. */
export interface CallStore {
  find(key: string): Promise<Answer | undefined>;
  /** Kept soon; an answer that is lost with the process is asked again. */
  keep(call: KeptCall): void;
  /** Waits until all is kept. */
  close(): Promise<void>;
}

export function openCallStore(context: Context): CallStore {
  const { database } = context.store;
  const wanted = new Map<string, PromiseWithResolvers<Answer | undefined>>();
  const unwritten: KeptCall[] = [];
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function lookUp(): Promise<void> {
    const asked = new Map(wanted);
    wanted.clear();
    try {
      const rows = await database.sql
        .selectFrom('model_call')
        .select(['key', 'response_json'])
        .where('project', '=', context.project)
        .where('key', 'in', [...asked.keys()])
        .execute();
      const found = new Map(rows.map(({ key, response_json }) => [key, response_json]));
      for (const [key, settle] of asked) {
        const text = found.get(key);
        settle.resolve(text === undefined ? undefined : (JSON.parse(text) as Answer));
      }
    } catch (error) {
      for (const settle of asked.values()) settle.reject(error);
    }
  }

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    const calls = unwritten.splice(0);
    if (calls.length === 0) return;
    writing = writing
      .then(() => insertCalls(context, calls))
      .catch((error: unknown) => {
        context.log.warn({ error }, 'answers of models could not be cached');
      });
  }

  return {
    find(key) {
      const known = wanted.get(key);
      if (known) return known.promise;
      if (wanted.size === 0) setImmediate(lookUp);
      const settle = Promise.withResolvers<Answer | undefined>();
      wanted.set(key, settle);
      return settle.promise;
    },
    keep(call) {
      unwritten.push(call);
      if (unwritten.length >= MOST_AT_ONCE) write();
      else timer ??= setTimeout(write, LONGEST_WAIT_MS);
    },
    async close() {
      write();
      await writing;
    },
  };
}

async function insertCalls(context: Context, calls: readonly KeptCall[]): Promise<void> {
  const rows = calls.map(({ key, endpoint, model, parts, answer }) => ({
    project: context.project,
    key,
    endpoint,
    model,
    parts_json: JSON.stringify(parts),
    response_json: JSON.stringify(answer),
    created_at: context.clock.now(),
  }));
  await context.store.database.write((sql) =>
    insertInChunks(sql, rows, (chunk) =>
      sql
        .insertInto('model_call')
        .values(chunk)
        .onConflict((conflict) => conflict.columns(['project', 'key']).doNothing()),
    ),
  );
}

/** A cached or recorded call without its answer. */
export interface ListedCall {
  key: string;
  endpoint: string;
  model: string;
  parts: KeyParts;
  createdAt: number | null;
}

/** Cached calls of a model, or of all, newest first. */
export async function listCachedCalls(
  context: Context,
  { model, limit = 1_000 }: { model?: string | undefined; limit?: number } = {},
): Promise<ListedCall[]> {
  const rows = await context.store.database.sql
    .selectFrom('model_call')
    .select(['key', 'endpoint', 'model', 'parts_json', 'created_at'])
    .where('project', '=', context.project)
    .$if(model !== undefined, (query) => query.where('model', '=', model as string))
    .orderBy('created_at', 'desc')
    .orderBy('key')
    .limit(limit)
    .execute();
  return rows.map(({ key, endpoint, model: name, parts_json, created_at }) => ({
    key,
    endpoint,
    model: name,
    parts: JSON.parse(parts_json) as KeyParts,
    createdAt: Number(created_at),
  }));
}

/** How many answers are cached, by endpoint and model. */
export async function countCachedCalls(
  context: Context,
): Promise<{ endpoint: string; model: string; calls: number; newest: number }[]> {
  const rows = await context.store.database.sql
    .selectFrom('model_call')
    .select((eb) => ['endpoint', 'model', eb.fn.countAll().as('calls'), eb.fn.max('created_at').as('newest')])
    .where('project', '=', context.project)
    .groupBy(['endpoint', 'model'])
    .orderBy('endpoint')
    .orderBy('model')
    .execute();
  return rows.map((row) => ({ ...row, calls: Number(row.calls), newest: Number(row.newest) }));
}

/** Forgets cached answers, of one model or all; recordings are files and stay. Returns how many. */
export async function clearCachedCalls(context: Context, model?: string): Promise<number> {
  const { numDeletedRows } = await context.store.database.write((sql) =>
    sql
      .deleteFrom('model_call')
      .where('project', '=', context.project)
      .$if(model !== undefined, (query) => query.where('model', '=', model as string))
      .executeTakeFirst(),
  );
  return Number(numDeletedRows);
}
