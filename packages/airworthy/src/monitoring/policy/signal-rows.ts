import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { Series } from './observation.ts';
import { SignalState } from './signal-state.ts';

/** The signals of a version, by name. */
export async function readSignals(
  context: Context,
  sql: Kysely<Schema>,
  series: Series,
): Promise<Map<string, SignalState>> {
  const rows = await ofSeries(context, sql, series).select(['name', 'state_json']).execute();
  return new Map(rows.map((row) => [row.name, SignalState.parse(JSON.parse(row.state_json))]));
}

export async function readState<Shape extends z.ZodType>(
  context: Context,
  sql: Kysely<Schema>,
  series: Series,
  name: string,
  shape: Shape,
): Promise<z.output<Shape> | undefined> {
  const row = await ofSeries(context, sql, series)
    .select('state_json')
    .where('name', '=', name)
    .executeTakeFirst();
  return row && shape.parse(JSON.parse(row.state_json));
}

export async function writeState(
  context: Context,
  sql: Kysely<Schema>,
  series: Series,
  name: string,
  state: unknown,
): Promise<void> {
  const changed = { state_json: canonicalJson(state), updated_at: context.clock.now() };
  await sql
    .insertInto('signal')
    .values({ project: context.project, ...series, name, ...changed })
    .onConflict((conflict) =>
      conflict.columns(['project', 'endpoint', 'model', 'version', 'arm', 'name']).doUpdateSet(changed),
    )
    .execute();
}

export async function removeSignals(
  context: Context,
  sql: Kysely<Schema>,
  series: Series,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const { project } = context;
  await sql
    .deleteFrom('signal')
    .where('project', '=', project)
    .where('endpoint', '=', series.endpoint)
    .where('model', '=', series.model)
    .where('version', '=', series.version)
    .where('arm', '=', series.arm)
    .where('name', 'in', [...names])
    .execute();
}

function ofSeries({ project }: Context, sql: Kysely<Schema>, series: Series) {
  return sql
    .selectFrom('signal')
    .where('project', '=', project)
    .where('endpoint', '=', series.endpoint)
    .where('model', '=', series.model)
    .where('version', '=', series.version)
    .where('arm', '=', series.arm);
}
