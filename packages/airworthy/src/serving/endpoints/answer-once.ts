import { setTimeout as pause } from 'node:timers/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey, idFromContent } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
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
 * means that the request is computed again, under the same prediction ids. What fails is not kept.
 */
export function createOnceAnswers(context: Context): OnceAnswers {
  const pruning = setInterval(() => void prune(context), PRUNE_MS).unref();
  return {
    async answer(endpoint, records, options, compute) {
      const { idempotencyKey: key, explain, version, arm } = options;
      const asked = { endpoint, key, body: contentKey({ records, explain, version, arm }) };
      for (;;) {
        const found = await claim(context, asked);
        if (found === 'ours') break;
        if (found !== 'under way') return { ...found, replayed: true };
        await pause(LOOK_MS);
      }
      try {
        const traceId = options.traceId ?? idFromContent({ project: context.project, ...asked });
        const answer = await compute({ ...options, traceId });
        await keep(context, asked, JSON.stringify(answer));
        return answer;
      } catch (error) {
        await forget(context, asked);
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

/** Takes the key where nobody has it; else what was answered. @throws IDEMPOTENCY_CONFLICT */
function claim(
  context: Context,
  { endpoint, key, body }: Asked,
): Promise<PredictResult | 'ours' | 'under way'> {
  const { project } = context;
  return context.store.database.write(async (sql) => {
    const now = context.clock.now();
    const row = await sql
      .selectFrom('idempotency_key')
      .selectAll()
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where('key', '=', key)
      .executeTakeFirst();
    if (row && row.at > now - DAY_MS) {
      if (row.body !== body)
        throw new AirworthyError('IDEMPOTENCY_CONFLICT', {
          message: `idempotency key "${key}" was sent to "${endpoint}" before with something else`,
          at: 'idempotency-key',
        });
      if (row.answer_json !== null) return JSON.parse(row.answer_json) as PredictResult;
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
    return 'ours';
  });
}

async function keep(context: Context, { endpoint, key }: Asked, answer: string): Promise<void> {
  await context.store.database.write((sql) =>
    sql
      .updateTable('idempotency_key')
      .set({ answer_json: answer })
      .where('project', '=', context.project)
      .where('endpoint', '=', endpoint)
      .where('key', '=', key)
      .execute(),
  );
}

async function forget(context: Context, { endpoint, key }: Asked): Promise<void> {
  await context.store.database.write((sql) =>
    sql
      .deleteFrom('idempotency_key')
      .where('project', '=', context.project)
      .where('endpoint', '=', endpoint)
      .where('key', '=', key)
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
