import type { Context } from '../../store/ports.ts';
import { createRedactor, redactValue } from '../../tracking/recording.ts';
import type { ModelRequest } from '../tasks/task.ts';
import { openCallStore } from './call-store.ts';
import { openRecordings } from './recordings.ts';
import type { Answer, CacheMode, KeptCall } from './schema.ts';

/** Where answers are looked for before a call, and kept after it. */
export interface KeptCalls {
  find(key: string, request: ModelRequest): Promise<Answer | undefined>;
  /** The answer as it is to be used: of what is recorded, as it was recorded. */
  keep(call: () => KeptCall, request: ModelRequest): Promise<Answer> | Answer;
  /** `whole`: every call of the suite was made, so that other recordings are of no use any more. */
  close(options?: { whole?: boolean | undefined }): Promise<void>;
}

export interface KeepingOptions {
  cache: CacheMode;
  recordingsFile: string | undefined;
  /** Takes what is personal or secret out of what is recorded. */
  redact: { enabled: boolean; fieldBytes: number };
}

export async function openKeptCalls(context: Context, options: KeepingOptions): Promise<KeptCalls> {
  switch (options.cache) {
    case 'off':
      return { find: async () => undefined, keep: (call) => call().answer, close: async () => {} };
    case 'auto':
      return openCache(context, options);
    case 'record':
      return openRecorder(options);
    case 'strict':
      return openReplay(options);
  }
}

async function openCache(context: Context, { recordingsFile }: KeepingOptions): Promise<KeptCalls> {
  const store = openCallStore(context);
  const recordings = recordingsFile === undefined ? undefined : await openRecordings(recordingsFile);
  return {
    async find(key, { reuse }) {
      const recorded = recordings?.find(key)?.answer;
      if (recorded) return recorded;
      return reuse === 'recorded' ? undefined : store.find(key);
    },
    keep(describe, { reuse }) {
      const call = describe();
      if (reuse !== 'recorded' && !isCutShort(call.answer.body)) store.keep(call);
      return call.answer;
    },
    async close() {
      await store.close();
      await recordings?.close();
    },
  };
}

async function openRecorder({ recordingsFile, redact }: KeepingOptions): Promise<KeptCalls> {
  if (recordingsFile === undefined) throw new TypeError('recording needs a file');
  const recordings = await openRecordings(recordingsFile);
  const recorded = new Set<string>();
  return {
    find: async (key) => (recorded.has(key) ? recordings.find(key)?.answer : undefined),
    async keep(describe) {
      const call = describe();
      const body = redact.enabled ? redacted(call.answer.body, redact.fieldBytes) : call.answer.body;
      const kept = { ...call, answer: { ...call.answer, body } };
      await recordings.append(kept);
      recorded.add(call.key);
      return kept.answer;
    },
    close: ({ whole = false } = {}) => recordings.close(whole ? recorded : undefined),
  };
}

async function openReplay({ recordingsFile }: KeepingOptions): Promise<KeptCalls> {
  const recordings = recordingsFile === undefined ? undefined : await openRecordings(recordingsFile);
  return {
    find: async (key) => recordings?.find(key)?.answer,
    keep: (call) => call().answer,
    close: async () => recordings?.close(),
  };
}

function redacted(body: unknown, fieldCharacters: number): unknown {
  return redactValue(body as Parameters<typeof redactValue>[0], createRedactor({ fieldCharacters }));
}

/** An answer that ended where its tokens did: another run may well want it whole. */
function isCutShort(body: unknown): boolean {
  const choices = (body as { choices?: { finish_reason?: unknown }[] } | null)?.choices;
  return Array.isArray(choices) && choices.some((choice) => choice?.finish_reason === 'length');
}
