import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey, idFromContent } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { abandoned, expired } from '../batching/batcher.ts';
import type { PredictOptions, PredictResult } from './endpoints.ts';

const DAY_MS = 86_400_000;
/** One who claimed a key and did not answer for so long has crashed: the next one computes. */
const CLAIM_MS = 60_000;
const LOOK_MS = 50;
const PRUNE_MS = 3_600_000;

/** Answers requests that name themselves once, and repeats what was answered. */
export interface OnceAnswers {
  answer(
    endpoint: string,
    records: readonly unknown[],
    options: PredictOptions & { idempotencyKey: string },
    compute: (options: PredictOptions) => Promise<PredictResult>,
  ): Promise<PredictResult>;
  close(): void;
}

/**
 * A key belongs to the request that brought it first: the same records again within a day get the same answer, whichever
 * process is asked; other records are refused. The claim and the answer are on record, so that a crash between them only
 * means that the request is computed again, a minute later and under the same prediction ids. What fails is not kept.
 */
export function createOnceAnswers(context: Context): OnceAnswers {
  const pruning = setInterval(() => void prune(context), PRUNE_MS).unref();
  return {
    async answer(endpoint, records, options, compute) {
      const { idempotencyKey: key, explain, version, arm } = options;
      const asked = { endpoint, key, body: contentKey({ records, explain, version, arm }) };
      const patience = untilGivenUp(options);
      let taken = await claim(context, asked);
      for (; taken === 'under way'; taken = await claim(context, asked)) {
        patience.check();
        await pause(LOOK_MS);
      }
      if ('answer' in taken) return { ...taken.answer, replayed: true };
      const { claimedAt } = taken;
      try {
        const traceId = options.traceId ?? idFromContent({ project: context.project, ...asked });
        const answer = await compute({ ...options, ...patience.left(), traceId });
        const before = await keep(context, asked, answer);
        return before ? { ...before, replayed: true } : answer;
      } catch (error) {
        await forget(context, asked, claimedAt);
        throw error;
      }
    },
    close: () => clearInterval(pruning),
  };
}

interface Asked {
  endpoint: string;
  key: string;
  /** Digest of what was asked. */
  body: string;
}

/** How long who asks is willing to wait. */
function untilGivenUp({ timeoutMs, signal }: PredictOptions) {
  const began = performance.now();
  const gone = typeof signal === 'function' ? signal() : signal;
  const leftMs = () => (timeoutMs === undefined ? undefined : began + timeoutMs - performance.now());
  return {
    /** @throws DEADLINE_EXCEEDED, REQUEST_ABANDONED */
    check(): void {
      if (gone?.aborted) throw abandoned();
      if ((leftMs() ?? 1) <= 0) throw expired(began);
    },
    left: () => ({ timeoutMs: leftMs(), signal: gone }),
  };
}

/** Takes the key where nobody has it; else what was answered. @throws IDEMPOTENCY_CONFLICT */
function claim(
  context: Context,
  { endpoint, key, body }: Asked,
): Promise<{ answer: PredictResult } | { claimedAt: number } | 'under way'> {
  const { project } = context;
  return context.store.database.write(async (sql) => {
    const now = context.clock.now();
    const row = await findKey(context, sql, { endpoint, key });
    if (row && row.at > now - DAY_MS) {
      if (row.body !== body)
        throw new AirworthyError('IDEMPOTENCY_CONFLICT', {
          message: `idempotency key "${key}" was sent to "${endpoint}" before with something else`,
          at: 'idempotency-key',
        });
      if (row.answer_json !== null) return { answer: JSON.parse(row.answer_json) as PredictResult };
      if (row.at > now - CLAIM_MS) return 'under way';
    }
    const values = { project, endpoint, key, body, answer_json: null, at: now };
    await sql
      .insertInto('idempotency_key')
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(['project', 'endpoint', 'key']).doUpdateSet({ body, answer_json: null, at: now }),
      )
      .execute();
    return { claimedAt: now };
  });
}

/** Of several who computed, because the first took very long, the first to be done has answered: what it said, else undefined. */
function keep(
  context: Context,
  { endpoint, key, body }: Asked,
  answer: PredictResult,
): Promise<PredictResult | undefined> {
  return context.store.database.write(async (sql) => {
    const { numUpdatedRows } = await sql
      .updateTable('idempotency_key')
      .set({ answer_json: JSON.stringify(answer) })
      .where('project', '=', context.project)
      .where('endpoint', '=', endpoint)
      .where('key', '=', key)
      .where('body', '=', body)
      .where('answer_json', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return undefined;
    const row = await findKey(context, sql, { endpoint, key });
    return row?.answer_json ? (JSON.parse(row.answer_json) as PredictResult) : undefined;
  });
}

function findKey(
  { project }: Context,
  sql: Kysely<Schema>,
  { endpoint, key }: Pick<Asked, 'endpoint' | 'key'>,
) {
  return sql
    .selectFrom('idempotency_key')
    .selectAll()
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('key', '=', key)
    .executeTakeFirst();
}

/** Gives a claim up, unless another has taken it over since. */
async function forget(context: Context, { endpoint, key }: Asked, claimedAt: number): Promise<void> {
  await context.store.database.write((sql) =>
    sql
      .deleteFrom('idempotency_key')
      .where('project', '=', context.project)
      .where('endpoint', '=', endpoint)
      .where('key', '=', key)
      .where('at', '=', claimedAt)
      .where('answer_json', 'is', null)
      .execute(),
  );
}

async function prune(context: Context): Promise<void> {
  try {
    await context.store.database.write((sql) =>
      sql
        .deleteFrom('idempotency_key')
        .where('project', '=', context.project)
        .where('at', '<', context.clock.now() - DAY_MS)
        .execute(),
    );
  } catch (error) {
    context.log.warn(
      { error: String(error) },
      'old idempotency keys could not be deleted; trying again later',
    );
  }
}
