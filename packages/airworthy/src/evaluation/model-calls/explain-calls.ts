import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { ModelCaller } from '../tasks/task.ts';
import { bareAddress, type CallPlace, keyOfCall, partsOfCall } from './call-key.ts';
import { listCachedCalls, openCallStore } from './call-store.ts';
import { openRecordings, type Recordings } from './recordings.ts';
import type { KeyParts } from './schema.ts';

/** Cached calls of a model that are compared, newest first. */
const COMPARED = 1_000;

/** A part of a key that is not what it was; undefined where there is no such part. */
export interface ChangedPart {
  part: string;
  kept: string | undefined;
  now: string | undefined;
}

/** Where a call would be answered from, or else what keeps it from being. */
export interface ExplainedCall {
  key: string;
  endpoint: string;
  model: string;
  /** Null: the call would be made; with `strict` it would be an error. */
  answeredFrom: 'recordings' | 'cache' | null;
  /** The call on record that differs in the fewest parts. */
  nearest: { key: string; in: 'recordings' | 'cache'; changed: ChangedPart[] } | null;
}

/** Looks calls up instead of making them, and keeps what it found. */
export interface CallProbe {
  bind(place: Pick<CallPlace, 'trial'>): ModelCaller;
  readonly calls: readonly ExplainedCall[];
  close(): Promise<void>;
}

/**
 * A caller that only looks: what is on record is answered, anything else throws RECORDING_MISSING, and both are explained in
 * `calls`. Nothing is sent and nothing is kept.
 */
export async function createCallProbe(
  context: Context,
  { seed, recordingsFile }: { seed: number | string; recordingsFile: string },
): Promise<CallProbe> {
  const recordings = await openRecordings(recordingsFile);
  const store = openCallStore(context);
  const calls: ExplainedCall[] = [];
  return {
    calls,
    bind: ({ trial }) => ({
      async call(request) {
        const place = { seed, trial };
        const key = keyOfCall(request, place);
        const { model } = request;
        const endpoint = bareAddress(request.endpoint);
        const recorded = recordings.find(key)?.answer;
        const answer = recorded ?? (request.reuse === 'recorded' ? undefined : await store.find(key));
        if (answer) {
          calls.push({
            key,
            endpoint,
            model,
            answeredFrom: recorded ? 'recordings' : 'cache',
            nearest: null,
          });
          return { ...answer, cached: true, key };
        }
        const nearest = await findNearest(context, recordings, model, partsOfCall(request, place));
        calls.push({ key, endpoint, model, answeredFrom: null, nearest });
        throw new AirworthyError('RECORDING_MISSING', {
          message: `nothing on record answers this call to ${model || endpoint}`,
        });
      },
    }),
    async close() {
      await recordings.close();
      await store.close();
    },
  };
}

async function findNearest(
  context: Context,
  recordings: Recordings,
  model: string,
  now: KeyParts,
): Promise<ExplainedCall['nearest']> {
  let nearest: ExplainedCall['nearest'] = null;
  const look = (key: string, parts: KeyParts, where: 'recordings' | 'cache') => {
    const changed = changedParts(parts, now);
    if (nearest === null || changed.length < nearest.changed.length) nearest = { key, in: where, changed };
  };
  for (const { key, parts } of recordings.calls()) look(key, parts, 'recordings');
  for (const { key, parts } of await listCachedCalls(context, { model, limit: COMPARED }))
    look(key, parts, 'cache');
  return nearest;
}

function changedParts(kept: KeyParts, now: KeyParts): ChangedPart[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(kept)])];
  const changed = names.filter((part) => kept[part] !== now[part]);
  return changed.map((part) => ({ part, kept: kept[part], now: now[part] }));
}
