import { sql as expression, type Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import { insertInChunks } from '../../store/sql/insert-in-chunks.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { Taken } from './budgets.ts';
import type { Scope } from './config.ts';
import type { MeasuredCall } from './measure-call.ts';
import type { GatewayUsage, UsageItem, UsageKey, UsageQuery } from './schema.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Up to here a series is by the hour. */
const HOURLY_MS = 3 * DAY_MS;
const KEPT_MS = 400 * DAY_MS;
const MOST_ITEMS = 200;
/** Costs are kept in whole billionths of a dollar, so that their sum is the same in any order. */
const BILLIONTHS = 1e9;
/** Latencies by quarters of a power of two: quantiles are right to within 10 %. */
const PLACES_PER_OCTAVE = 4;

const COLUMNS = { model: 'model', route: 'route', user: 'user_key', provider: 'provider' } as const;
const KEYS = ['project', 'at', 'provider', 'model', 'route', 'user_key'] as const;

/** Adds calls to the counts of their hour, inside a write. */
export async function addUsage(
  sql: Kysely<Schema>,
  project: string,
  calls: readonly MeasuredCall[],
): Promise<void> {
  const grouped = [...Map.groupBy(calls, groupOf).values()];
  const usage = grouped.map((group) => ({
    ...keysOf(project, group[0]),
    calls: group.length,
    failures: group.filter(({ error }) => error !== undefined).length,
    cached: group.filter(({ cached }) => cached).length,
    input_tokens: sumOf(group, ({ cached, inputTokens }) => (cached ? 0 : (inputTokens ?? 0))),
    output_tokens: sumOf(group, ({ cached, outputTokens }) => (cached ? 0 : (outputTokens ?? 0))),
    cost_units: Math.round(sumOf(group, ({ cost }) => (cost ?? 0) * BILLIONTHS)),
  }));
  const latencies = grouped.flatMap((group) => {
    const places = Map.groupBy(group, ({ durationUs }) => latencyPlace(durationUs));
    return [...places].map(([place, placed]) => ({
      ...keysOf(project, group[0]),
      place,
      calls: placed.length,
    }));
  });
  await insertInChunks(sql, usage, (chunk) =>
    sql
      .insertInto('gateway_usage')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(KEYS).doUpdateSet((eb) => {
          const grown = (column: CountColumn) =>
            eb(`gateway_usage.${column}`, '+', eb.ref(`excluded.${column}`));
          return {
            calls: grown('calls'),
            failures: grown('failures'),
            cached: grown('cached'),
            input_tokens: grown('input_tokens'),
            output_tokens: grown('output_tokens'),
            cost_units: grown('cost_units'),
          };
        }),
      ),
  );
  await insertInChunks(sql, latencies, (chunk) =>
    sql
      .insertInto('gateway_latency')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns([...KEYS, 'place'])
          .doUpdateSet((eb) => ({ calls: eb('gateway_latency.calls', '+', eb.ref('excluded.calls')) })),
      ),
  );
}

type CountColumn = 'calls' | 'failures' | 'cached' | 'input_tokens' | 'output_tokens' | 'cost_units';

function keysOf(project: string, { startedUs, provider, model, route, scopes }: MeasuredCall) {
  const at = Math.floor(startedUs / 1_000 / HOUR_MS) * HOUR_MS;
  return { project, at, provider, model: model.slice(0, 250), route, user_key: scopes.user };
}

function groupOf(call: MeasuredCall): string {
  const { at, provider, model, route, user_key } = keysOf('', call);
  return JSON.stringify([at, provider, model, route, user_key]);
}

function sumOf(calls: readonly MeasuredCall[], of: (call: MeasuredCall) => number): number {
  return calls.reduce((sum, call) => sum + of(call), 0);
}

function latencyPlace(durationUs: number): number {
  return Math.floor(Math.log2(Math.max(1, durationUs)) * PLACES_PER_OCTAVE);
}

/** Milliseconds below which this share of the calls were. */
function quantileOf(places: readonly { place: number; calls: number }[], share: number): number | null {
  const total = places.reduce((sum, { calls }) => sum + calls, 0);
  let below = 0;
  for (const { place, calls } of places) {
    below += calls;
    if (below >= share * total) return Math.round(2 ** ((place + 0.5) / PLACES_PER_OCTAVE)) / 1_000;
  }
  return null;
}

/** What was asked and taken between two moments, by model, route, user or provider, and over time. */
export async function readUsage(
  { store, project }: Pick<Context, 'store' | 'project'>,
  { from, to, by }: UsageQuery,
): Promise<GatewayUsage> {
  const within = store.database.sql
    .selectFrom('gateway_usage')
    .where('project', '=', project)
    .where('at', '>=', Math.floor(from / HOUR_MS) * HOUR_MS)
    .where('at', '<', to);
  const column = COLUMNS[by];
  const rows = await within
    .select((eb) => [
      eb.ref(column).as('key'),
      eb.fn.sum('calls').as('calls'),
      eb.fn.sum('failures').as('failures'),
      eb.fn.sum('cached').as('cached'),
      eb.fn.sum('input_tokens').as('inputTokens'),
      eb.fn.sum('output_tokens').as('outputTokens'),
      eb.fn.sum('cost_units').as('cost'),
    ])
    .groupBy(column)
    .orderBy('cost', 'desc')
    .orderBy('calls', 'desc')
    .orderBy('key')
    .limit(MOST_ITEMS)
    .execute();
  const width = to - from <= HOURLY_MS ? HOUR_MS : DAY_MS;
  const start = expression<number>`at - at % ${expression.lit(width)}`;
  const series = await within
    .select((eb) => [start.as('start'), eb.fn.sum('calls').as('calls'), eb.fn.sum('cost_units').as('cost')])
    .groupBy(start)
    .orderBy(start)
    .execute();
  const latencies = await readLatencies({ store, project }, { from, to, by });
  return {
    items: rows.map((row) => toItem(row, latencies.get(row.key) ?? [])),
    series: series.map((each) => ({
      at: Number(each.start),
      calls: Number(each.calls),
      cost: Number(each.cost) / BILLIONTHS,
    })),
  };
}

function toItem(
  {
    key,
    cost,
    ...counts
  }: { key: string } & Record<
    'calls' | 'failures' | 'cached' | 'inputTokens' | 'outputTokens' | 'cost',
    number | string | bigint
  >,
  places: readonly { place: number; calls: number }[],
): UsageItem {
  return {
    key,
    calls: Number(counts.calls),
    failures: Number(counts.failures),
    cached: Number(counts.cached),
    inputTokens: Number(counts.inputTokens),
    outputTokens: Number(counts.outputTokens),
    cost: Number(cost) / BILLIONTHS,
    p50Ms: quantileOf(places, 0.5),
    p95Ms: quantileOf(places, 0.95),
  };
}

async function readLatencies(
  { store, project }: Pick<Context, 'store' | 'project'>,
  { from, to, by }: UsageQuery,
): Promise<Map<string, { place: number; calls: number }[]>> {
  const column = COLUMNS[by as UsageKey];
  const rows = await store.database.sql
    .selectFrom('gateway_latency')
    .where('project', '=', project)
    .where('at', '>=', Math.floor(from / HOUR_MS) * HOUR_MS)
    .where('at', '<', to)
    .select((eb) => [eb.ref(column).as('key'), 'place', eb.fn.sum('calls').as('calls')])
    .groupBy([column, 'place'])
    .orderBy('place')
    .execute();
  const placed = rows.map(({ key, place, calls }) => ({ key, place, calls: Number(calls) }));
  return Map.groupBy(placed, ({ key }) => key);
}

/** What was taken since a moment, by the keys of a budget's scope. */
export async function readSpent(
  { store, project }: Pick<Context, 'store' | 'project'>,
  scope: Scope,
  since: number,
): Promise<Map<string, Taken>> {
  const column = scope === 'project' ? ('project' as const) : COLUMNS[scope];
  const rows = await store.database.sql
    .selectFrom('gateway_usage')
    .where('project', '=', project)
    .where('at', '>=', since)
    .select((eb) => [
      eb.ref(column).as('key'),
      eb.fn.sum('input_tokens').as('input'),
      eb.fn.sum('output_tokens').as('output'),
      eb.fn.sum('cost_units').as('cost'),
    ])
    .groupBy(column)
    .execute();
  return new Map(
    rows.map(({ key, input, output, cost }) => [
      key,
      { tokens: Number(input) + Number(output), cost: Number(cost) / BILLIONTHS },
    ]),
  );
}

/** Forgets counts that are older than any question about them. */
export async function pruneUsage({ store, project, clock }: Context): Promise<void> {
  const oldest = clock.now() - KEPT_MS;
  await store.database.write(async (sql) => {
    for (const table of ['gateway_usage', 'gateway_latency'] as const)
      await sql.deleteFrom(table).where('project', '=', project).where('at', '<', oldest).execute();
  });
}
