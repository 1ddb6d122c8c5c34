import type { Kysely } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { TracesConfig } from './config.ts';
import { mergeStated, type StatedTrace, type TraceRow } from './merge-trace.ts';
import { shortenPreview } from './preview.ts';
import { createProtection } from './protect-span.ts';
import { openPseudonyms } from './subject-key.ts';
import { findTrace, fromMlflowTraceId, writeTrace } from './trace-rows.ts';

/** What a client says of a whole trace. Texts are redacted and bounded here. */
export interface TraceInfo {
  id: string;
  experiment?: number;
  state?: TraceRow['state'];
  /** Microseconds since the epoch, and how many. */
  startedUs?: number;
  durationUs?: number;
  requestPreview?: string;
  responsePreview?: string;
  clientRequestId?: string;
  tags?: Readonly<Record<string, string>>;
  metadata?: Readonly<Record<string, string>>;
}

/** Names that MLflow's clients give to what has a column here. */
export const TRACE_NAME_TAG = 'mlflow.traceName';
const RUN_METADATA = 'mlflow.sourceRun';
const SESSION_METADATA = 'mlflow.trace.session';
export const USER_METADATA = 'mlflow.trace.user';
/** Whole inputs and outputs, as older clients put them into the metadata. */
const PAYLOAD_METADATA: ReadonlySet<string> = new Set(['mlflow.traceInputs', 'mlflow.traceOutputs']);

const ID = /^[\w-]{1,250}$/;
/** Where MLflow’s server cuts them off. */
const TAG_LENGTH = 4_096;
const METADATA_LENGTH = 8_000;
const KEY_LENGTH = 250;

/**
 * Makes a trace, or adds to one what a client says of it: before its spans, after them, or again. Throws BAD_ARGUMENT
 * for an id that can be none, EXPERIMENT_NOT_FOUND.
 *
 * @example
 * await putTraceInfo(context, { id: 'tr-0123456789abcdef0123456789abcdef', state: 'ok', tags: { stage: 'test' } });
 */
export async function putTraceInfo(
  context: Context,
  info: TraceInfo,
  config: TracesConfig = TracesConfig.parse({}),
): Promise<TraceRow> {
  const id = fromMlflowTraceId(info.id);
  if (!ID.test(id))
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `"${info.id.slice(0, 100)}" is no id of a trace`,
      at: 'id',
    });
  const protect = createProtection(config, await openPseudonyms(context));
  const record = protect.record();
  const text = (value: string, longest: number) => record.text(value, longest).replaceAll('\0', '\ufffd');
  const metadata = mapValues(info.metadata ?? {}, (value, key) =>
    key === USER_METADATA ? protect.pseudonym(value) : text(value, METADATA_LENGTH),
  );
  if (!record.keepsPayloads) for (const key of PAYLOAD_METADATA) delete metadata[key];
  const tags = mapValues(info.tags ?? {}, (value) =>
    text(value, Number.MAX_SAFE_INTEGER).slice(0, TAG_LENGTH),
  );
  const preview = (value: string | undefined) =>
    value === undefined || !record.keepsPayloads
      ? undefined
      : shortenPreview(text(value, Number.MAX_SAFE_INTEGER));
  const stated = leaveOutUnset({
    experiment: info.experiment,
    state: info.state,
    startedUs: info.startedUs,
    durationUs: info.durationUs,
    request: preview(info.requestPreview),
    response: preview(info.responsePreview),
    clientRequestId: info.clientRequestId === undefined ? undefined : text(info.clientRequestId, KEY_LENGTH),
    name: tags[TRACE_NAME_TAG],
    run: metadata[RUN_METADATA],
    session: metadata[SESSION_METADATA]?.slice(0, KEY_LENGTH),
    subject: metadata[USER_METADATA],
  });
  return context.store.database.write(async (sql) => {
    const row = mergeStated(await findTrace(sql, context.project, id), context.project, id, {
      ...stated,
      ...(await startedNow(context, sql, id, stated)),
    });
    await writeTrace(sql, row);
    await writeTraceTags(sql, 'trace_tag', context.project, id, tags);
    await writeTraceTags(sql, 'trace_metadata', context.project, id, metadata);
    return row;
  });
}

/** A trace without spans that nobody gave a time begins now. */
async function startedNow(
  { clock, project }: Context,
  sql: Kysely<Schema>,
  id: string,
  { startedUs }: StatedTrace,
): Promise<StatedTrace> {
  if (startedUs !== undefined || (await findTrace(sql, project, id))) return {};
  return { startedUs: clock.now() * 1_000 };
}

/** Sets tags or metadata of a trace, inside a write; a later value replaces the one before. */
async function writeTraceTags(
  sql: Kysely<Schema>,
  table: 'trace_tag' | 'trace_metadata',
  project: string,
  trace: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = Object.entries(values).map(([key, value]) => ({ project, trace, key, value }));
  if (rows.length === 0) return;
  await sql
    .insertInto(table)
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'trace', 'key'])
        .doUpdateSet((eb) => ({ value: eb.ref('excluded.value') })),
    )
    .execute();
}

function mapValues(
  values: Readonly<Record<string, string>>,
  map: (value: string, key: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replaceAll('\0', '').slice(0, KEY_LENGTH),
      map(value, key),
    ]),
  );
}

function leaveOutUnset(values: { [Key in keyof StatedTrace]: StatedTrace[Key] | undefined }): StatedTrace {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as StatedTrace;
}
