import type { Kysely } from 'kysely';
import { type DelayCurve, type LabelledWindow, learnDelays } from '../../stats/realised/label-delay.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { Calendar } from './calendar.ts';
import type { ScannedWindow } from './scan-windows.ts';
import { outcomesOf, selectWindows } from './window-rows.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What is older says little about how long labels take now. */
const LEARN_FROM_DAYS = 90;
/** Learnt anew when what it is learnt from is older by this share, at least hourly at first and daily later. */
const RENEW_SHARE = 1 / 24;

/** Kept as a signal of the endpoint: how long labels take is no matter of versions. */
const NAME = 'label-delays';
const OF_NO_VERSION = { model: '', version: 0, arm: '' };

interface Learnt {
  curve: DelayCurve | null;
  learntAt: number;
}

/** How long labels take at an endpoint, as last learnt; null while no label is known. */
export async function readDelays(context: Context, endpoint: string): Promise<DelayCurve | null> {
  return (await readLearnt(context, context.store.database.sql, endpoint))?.curve ?? null;
}

/**
 * The same, learnt anew where it is time to.
 *
 * @param windows All of the endpoint's.
 */
export async function learnEndpointDelays(
  context: Context,
  windows: readonly ScannedWindow[],
  calendar: Calendar,
  now: number,
): Promise<DelayCurve | null> {
  const [{ endpoint }] = windows;
  if (!windows.some(({ labels }) => labels > 0)) return null;
  const known = await readLearnt(context, context.store.database.sql, endpoint);
  const first = Math.max(
    windows.reduce((least, { start }) => Math.min(least, start), now),
    now - LEARN_FROM_DAYS * DAY_MS,
  );
  const renewAfter = Math.min(DAY_MS, Math.max(HOUR_MS, (now - first) * RENEW_SHARE));
  // A clock that was set back must not keep an old curve for ever.
  if (known && Math.abs(now - known.learntAt) < renewAfter) return known.curve;
  const curve = learnDelays(await readLabelled(context, endpoint, first, calendar, now));
  await context.store.database.write((sql) => saveLearnt(context, sql, endpoint, { curve, learntAt: now }));
  return curve;
}

async function readLabelled(
  context: Context,
  endpoint: string,
  first: number,
  calendar: Calendar,
  now: number,
): Promise<LabelledWindow[]> {
  const rows = await selectWindows(context, context.store.database.sql, { endpoint })
    .select(['width', 'start', 'predictions', 'realised_json'])
    .where('start', '>=', first)
    .where('predictions', '>', 0)
    .execute();
  return rows.map(({ width, start, predictions, realised_json }) => ({
    age: now - calendar.windowOf(width, start).end,
    predictions,
    delays: outcomesOf({ realised_json })?.delays ?? {},
  }));
}

async function readLearnt(
  context: Context,
  sql: Kysely<Schema>,
  endpoint: string,
): Promise<Learnt | undefined> {
  const row = await sql
    .selectFrom('signal')
    .select('state_json')
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('model', '=', OF_NO_VERSION.model)
    .where('version', '=', OF_NO_VERSION.version)
    .where('arm', '=', OF_NO_VERSION.arm)
    .where('name', '=', NAME)
    .executeTakeFirst();
  return row && JSON.parse(row.state_json);
}

async function saveLearnt(
  context: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  learnt: Learnt,
): Promise<void> {
  const state_json = JSON.stringify(learnt);
  const updated_at = learnt.learntAt;
  await sql
    .insertInto('signal')
    .values({ project: context.project, endpoint, ...OF_NO_VERSION, name: NAME, state_json, updated_at })
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'endpoint', 'model', 'version', 'arm', 'name'])
        .doUpdateSet({ state_json, updated_at }),
    )
    .execute();
}
