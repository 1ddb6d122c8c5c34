import { sql as raw } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { LatencyCount } from './latency-buckets.ts';
import type { Rollout } from './rollout-rows.ts';
import {
  type ArmSample,
  emptySample,
  INCIDENT_KINDS,
  type IncidentKind,
  type RolloutSamples,
} from './samples.ts';

/** Everything that is known of a rollout's arms by now. */
export async function readSamples(context: Context, rollout: Rollout): Promise<RolloutSamples> {
  const samples = new Map<string, ArmSample>();
  const sampleOf = (phase: number, arm: string): ArmSample => {
    const key = `${phase} ${arm}`;
    const sample = samples.get(key) ?? emptySample(phase, arm);
    samples.set(key, sample);
    return sample;
  };
  // An arm to which nothing came yet is one of which nothing is known, not one that is not there.
  for (const { phase } of rollout.state.history) for (const { name } of rollout.arms) sampleOf(phase, name);
  for (const row of await selectSamples(context, rollout.id)) {
    const sums = sampleOf(row.phase, row.arm).shards[row.shard];
    sums.requests = row.requests;
    sums.failed = row.failures;
    sums.refused = row.refused;
    sums.invalid = row.invalid;
    sums.slow = row.slow;
    sums.disagreed = row.disagreed;
    sums.latency = { n: row.latency_n, sum: row.latency_sum, squares: row.latency_squares };
    sums.score = { n: row.score_n, sum: row.score_sum, squares: row.score_squares };
    sums.cost = { n: row.cost_n, sum: row.cost_sum, squares: row.cost_squares };
  }
  for (const { phase, arm, kind, units } of await countIncidents(context, rollout))
    if (isKind(kind)) sampleOf(phase, arm).units[kind] = Number(units);
  for (const row of await sumOutcomes(context, rollout.id)) {
    const sums = sampleOf(row.phase, row.arm).shards[row.shard];
    sums.loss = totals(row.loss_n, row.loss_sum, row.loss_squares);
    sums.logLoss = totals(row.log_n, row.log_sum, row.log_squares);
    sums.reward = totals(row.reward_n, row.reward_sum, row.reward_squares);
  }
  return { arms: [...samples.values()], slowKnown: rollout.slowUs !== null };
}

function isKind(kind: string): kind is IncidentKind {
  return (INCIDENT_KINDS as readonly string[]).includes(kind);
}

/** PostgreSQL counts in text, and the sum of nothing is null. */
function totals(n: unknown, sum: unknown, squares: unknown) {
  return { n: Number(n), sum: Number(sum ?? 0), squares: Number(squares ?? 0) };
}

export function selectSamples({ project, store }: Context, rollout: string) {
  return store.database.sql
    .selectFrom('rollout_sample')
    .selectAll()
    .where('project', '=', project)
    .where('rollout', '=', rollout)
    .execute();
}

/**
 * Units of the step under way to which something went wrong, each where it did so first: a unit that always fails would
 * otherwise be told of again in every phase of a bandit.
 */
function countIncidents({ project, store }: Context, { id, state }: Rollout) {
  const [first] = state.phases;
  if (first === undefined) return [];
  const { sql } = store.database;
  const nth = raw<number>`ROW_NUMBER() OVER (PARTITION BY kind, unit ORDER BY phase, arm)`;
  const incidents = sql
    .selectFrom('rollout_incident')
    .select(['phase', 'arm', 'kind', nth.as('nth')])
    .where('project', '=', project)
    .where('rollout', '=', id)
    .where('phase', '>=', first.phase);
  return sql
    .selectFrom(incidents.as('incident'))
    .select(['phase', 'arm', 'kind', (eb) => eb.fn.countAll().as('units')])
    .where('nth', '=', 1)
    .groupBy(['phase', 'arm', 'kind'])
    .execute();
}

function sumOutcomes({ project, store }: Context, rollout: string) {
  return store.database.sql
    .selectFrom('rollout_outcome')
    .select(({ fn, eb }) => [
      'phase' as const,
      'arm' as const,
      'shard' as const,
      fn.count('loss').as('loss_n'),
      fn.sum('loss').as('loss_sum'),
      fn.sum(eb('loss', '*', eb.ref('loss'))).as('loss_squares'),
      fn.count('log_loss').as('log_n'),
      fn.sum('log_loss').as('log_sum'),
      fn.sum(eb('log_loss', '*', eb.ref('log_loss'))).as('log_squares'),
      fn.count('reward').as('reward_n'),
      fn.sum('reward').as('reward_sum'),
      fn.sum(eb('reward', '*', eb.ref('reward'))).as('reward_squares'),
    ])
    .where('project', '=', project)
    .where('rollout', '=', rollout)
    .groupBy(['phase', 'arm', 'shard'])
    .execute();
}

/** How long the arms took, by arm. */
export async function readLatencies(context: Context, rollout: string): Promise<Map<string, LatencyCount[]>> {
  const rows = await context.store.database.sql
    .selectFrom('rollout_latency')
    .select(['arm', 'bucket', 'requests'])
    .where('project', '=', context.project)
    .where('rollout', '=', rollout)
    .execute();
  return Map.groupBy(rows, ({ arm }) => arm);
}
