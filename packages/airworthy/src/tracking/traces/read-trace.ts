import type { Context } from '../../store/ports.ts';
import { listAssessments } from './assessments/assessment-rows.ts';
import type { TraceRow } from './merge-trace.ts';
import type { AssessmentRecord, Trace } from './schema.ts';
import { requireTrace } from './trace-rows.ts';

/** A trace with what is said of it. */
export interface TraceDetails extends Trace {
  tags: Record<string, string>;
  metadata: Record<string, string>;
  runs: string[];
  assessments: AssessmentRecord[];
}

/** A trace by its id. Throws TRACE_NOT_FOUND. */
export async function readTrace(context: Context, id: string): Promise<TraceDetails> {
  const row = await requireTrace(context.store.database.sql, context.project, id);
  return (await addDetails(context, [row]))[0];
}

/** The traces of these rows with their tags, metadata, runs and assessments. */
export async function addDetails(context: Context, rows: readonly TraceRow[]): Promise<TraceDetails[]> {
  if (rows.length === 0) return [];
  const { project } = context;
  const { sql } = context.store.database;
  const ids = rows.map(({ id }) => id);
  const pairs = (table: 'trace_tag' | 'trace_metadata') =>
    sql
      .selectFrom(table)
      .select(['trace', 'key', 'value'])
      .where('project', '=', project)
      .where('trace', 'in', ids)
      .execute();
  const tags = Map.groupBy(await pairs('trace_tag'), ({ trace }) => trace);
  const metadata = Map.groupBy(await pairs('trace_metadata'), ({ trace }) => trace);
  const links = Map.groupBy(
    await sql
      .selectFrom('trace_run')
      .select(['trace', 'run'])
      .where('project', '=', project)
      .where('trace', 'in', ids)
      .execute(),
    ({ trace }) => trace,
  );
  const assessments = Map.groupBy(await listAssessments(sql, project, ids), ({ trace }) => trace);
  return rows.map((row) => ({
    ...toTrace(row),
    tags: toRecord(tags.get(row.id)),
    metadata: toRecord(metadata.get(row.id)),
    runs: (links.get(row.id) ?? []).map(({ run }) => run),
    assessments: assessments.get(row.id) ?? [],
  }));
}

function toRecord(pairs: readonly { key: string; value: string }[] = []): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

function toTrace(row: TraceRow): Trace {
  return {
    id: row.id,
    experiment: row.experiment,
    run: row.run,
    name: row.name,
    state: row.state,
    startedUs: row.started_us,
    endedUs: row.ended_us,
    requestPreview: row.request_preview,
    responsePreview: row.response_preview,
    clientRequestId: row.client_request_id,
    session: row.session,
    subject: row.subject,
    root: row.root,
    spans: row.spans,
    errors: row.errors,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cost: row.cost,
    priced: row.priced,
    unpriced: row.unpriced,
    models: JSON.parse(row.models_json),
  };
}
