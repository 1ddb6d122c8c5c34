import type { Selectable } from 'kysely';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { TraceTable } from '../../store/sql/tracking-tables.ts';
import type { UsageChange } from './count-usage.ts';
import { BILLIONTHS } from './price-span.ts';
import type { PreparedSpan } from './span-row.ts';

export type TraceRow = Selectable<TraceTable>;

/** What a client says of a trace as a whole; it comes before, between or after the spans. */
export interface StatedTrace {
  experiment?: number;
  run?: string;
  name?: string;
  state?: TraceRow['state'];
  startedUs?: number;
  durationUs?: number;
  request?: string;
  response?: string;
  clientRequestId?: string;
  session?: string;
  subject?: string;
}

/** A span’s place in time: of two, the earlier one counts. */
interface Earliest {
  us: number;
  ns: number;
  id: string;
}

interface RootFacts extends Earliest {
  name: string;
  status: string;
  request: string | null;
  response: string | null;
}

interface ValueFacts extends Earliest {
  value: string;
}

/** What a row is made from and cannot be read back from its columns; kept in `info_json`. */
export interface TraceFacts {
  stated?: StatedTrace;
  /** Of the spans: what their requests were addressed to. */
  experiment?: number;
  run?: string;
  root?: RootFacts;
  session?: ValueFacts;
  subject?: ValueFacts;
}

/** Models kept of one trace: the first so many by name, which is the same set in any order. */
const MOST_MODELS = 50;

/**
 * A trace’s row with more spans in it. Every part is a minimum, a maximum, a sum or a union, so the row is the same
 * whatever the order in which spans arrive and however they are cut into batches. The spans are new ones of this trace.
 */
export function mergeSpans(
  before: TraceRow | undefined,
  spans: readonly PreparedSpan[],
  usage: UsageChange,
): TraceRow {
  const row = before ?? emptyTrace(spans[0].row.project, spans[0].row.trace);
  const facts = readFacts(row);
  const models = new Set<string>(JSON.parse(row.models_json));
  let { started_us, ended_us, errors } = row;
  for (const { row: span, request, response } of spans) {
    const at = { us: span.started_us, ns: span.started_ns, id: span.id };
    started_us = Math.min(started_us, span.started_us);
    ended_us = Math.max(ended_us ?? 0, span.ended_us, span.started_us);
    if (span.status === 'error') errors++;
    if (span.model) models.add(span.model);
    if (!span.parent && isEarlier(at, facts.root))
      facts.root = { ...at, name: span.name, status: span.status, request, response };
    if (span.session && isEarlier(at, facts.session)) facts.session = { ...at, value: span.session };
    if (span.subject && isEarlier(at, facts.subject)) facts.subject = { ...at, value: span.subject };
    addAddress(facts, span.experiment, span.run ?? null);
  }
  const counted = { ...row, started_us, ended_us, errors, spans: row.spans + spans.length };
  return derive({ ...counted, ...addUsage(row, usage), models_json: firstModels(models) }, facts);
}

/** A trace’s row with what a client says of it; a part said again replaces what was said before. */
export function mergeStated(
  before: TraceRow | undefined,
  project: string,
  id: string,
  said: StatedTrace,
): TraceRow {
  const row = before ?? emptyTrace(project, id);
  const facts = readFacts(row);
  // A start that arrives after the end does not open the trace again.
  const over = facts.stated?.state === 'ok' || facts.stated?.state === 'error';
  const state = over && said.state !== 'ok' && said.state !== 'error' ? facts.stated?.state : said.state;
  const stated: StatedTrace = { ...facts.stated, ...said, ...(state === undefined ? {} : { state }) };
  facts.stated = stated;
  const { startedUs, durationUs } = stated;
  const ends = startedUs === undefined || durationUs === undefined ? [] : [startedUs + durationUs];
  const times = {
    started_us: Math.min(row.started_us, startedUs ?? row.started_us),
    ended_us: ends.length === 0 ? row.ended_us : Math.max(row.ended_us ?? 0, ...ends),
  };
  return derive({ ...row, ...times }, facts);
}

function readFacts({ info_json }: Pick<TraceRow, 'info_json'>): TraceFacts {
  return info_json === null ? {} : JSON.parse(info_json);
}

function emptyTrace(project: string, id: string): TraceRow {
  return {
    project,
    id,
    experiment: 0,
    run: null,
    name: null,
    state: 'in-progress',
    started_us: Number.MAX_SAFE_INTEGER,
    ended_us: null,
    request_preview: null,
    response_preview: null,
    client_request_id: null,
    session: null,
    subject: null,
    root: null,
    spans: 0,
    errors: 0,
    input_tokens: null,
    output_tokens: null,
    cost: null,
    priced: 0,
    unpriced: 0,
    models_json: '[]',
    info_json: null,
  };
}

/** The columns that follow from the facts. What a client states goes before what its spans say. */
function derive(row: TraceRow, facts: TraceFacts): TraceRow {
  const { stated = {}, root } = facts;
  return {
    ...row,
    experiment: stated.experiment ?? facts.experiment ?? 0,
    run: stated.run ?? facts.run ?? null,
    name: stated.name ?? root?.name ?? null,
    state: stateOf(stated.state, root?.status),
    request_preview: stated.request ?? root?.request ?? null,
    response_preview: stated.response ?? root?.response ?? null,
    client_request_id: stated.clientRequestId ?? null,
    session: stated.session ?? facts.session?.value ?? null,
    subject: stated.subject ?? facts.subject?.value ?? null,
    root: root?.id ?? null,
    info_json: canonicalJson(facts),
  };
}

function stateOf(stated: TraceRow['state'] | undefined, root: string | undefined): TraceRow['state'] {
  if (stated === 'ok' || stated === 'error') return stated;
  if (root !== undefined) return root === 'error' ? 'error' : 'ok';
  return stated ?? 'in-progress';
}

function addUsage(row: TraceRow, change: UsageChange) {
  const priced = row.priced + change.priced;
  const unpriced = row.unpriced + change.unpriced;
  const any = priced + unpriced > 0;
  const billionths = Math.round((row.cost ?? 0) * BILLIONTHS) + change.cost;
  return {
    priced,
    unpriced,
    input_tokens: any ? (row.input_tokens ?? 0) + change.input : null,
    output_tokens: any ? (row.output_tokens ?? 0) + change.output : null,
    cost: priced > 0 ? billionths / BILLIONTHS : null,
  };
}

/** A named experiment goes before Default (0), then the lower number; of several runs, the first by id. */
function addAddress(facts: TraceFacts, experiment: number, run: string | null): void {
  const known = facts.experiment ?? 0;
  facts.experiment =
    known === 0 || experiment === 0 ? Math.max(known, experiment) : Math.min(known, experiment);
  if (run !== null && (facts.run === undefined || run < facts.run)) facts.run = run;
}

function isEarlier(at: Earliest, known: Earliest | undefined): boolean {
  if (known === undefined) return true;
  return (at.us - known.us || at.ns - known.ns || (at.id < known.id ? -1 : 1)) < 0;
}

function firstModels(models: ReadonlySet<string>): string {
  return JSON.stringify([...models].sort().slice(0, MOST_MODELS));
}
