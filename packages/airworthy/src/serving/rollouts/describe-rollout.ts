import { sequenceHalfWidth } from '../../stats/sequential/confidence-sequence.ts';
import type { ArmTotals } from '../../stats/sequential/lift.ts';
import type { Context } from '../../store/ports.ts';
import { meanOf } from './compare-means.ts';
import { judgeRollout, type RolloutJudgement } from './judge-rollout.ts';
import { type LatencyCount, latencyQuantile } from './latency-buckets.ts';
import { readLatencies, readSamples } from './read-samples.ts';
import { hasEnded } from './reduce-rollout.ts';
import { type Rollout, toSummary } from './rollout-rows.ts';
import {
  type ArmSample,
  addTotals,
  type IncidentKind,
  type RolloutSamples,
  requestsOf,
  type TotalName,
  totalsOf,
} from './samples.ts';
import type { RolloutArm, RolloutArmFigures, RolloutDetail, SequentialFigure } from './schema.ts';

const SHOWN_DIFFERENCES = 20;
/** Figures of an arm alone are for people: 95 %, whenever they look. */
const SHOWN_ALPHA = 0.05;

/** Everything about a rollout: its arms with intervals, what each guard says now, and how it came here. */
export async function describeRollout(context: Context, rollout: Rollout): Promise<RolloutDetail> {
  const samples = await readSamples(context, rollout);
  const latencies = await readLatencies(context, rollout.id);
  const { plan, arms, id, state, events } = rollout;
  const names = arms.map(({ name }) => name);
  const judgement = judgeRollout({ plan, arms: names, id, state, samples, now: context.clock.now() });
  const shadows = new Set(
    events.filter(({ step, to }) => to === 'shadow' && step >= 0).map(({ sequence }) => sequence),
  );
  const ofShadows = samples.arms.filter(({ phase, arm }) => shadows.has(phase) && arm !== arms[0].name);
  const answered = samples.arms.filter((sample) => !ofShadows.includes(sample));
  return {
    ...toSummary(rollout),
    plan,
    arms: arms.map((arm) => describeArm(arm, rollout, answered, latencies.get(arm.name) ?? [])),
    ...(hasEnded(state.name) ? (lastJudgement(rollout) ?? judgement) : judgement),
    events,
    exposure: exposureOf(answered, arms, ofShadows),
    shadow: await describeShadow(context, id, ofShadows),
  };
}

/** What a rollout that is over was decided on: what single units did is not kept for ever. */
function lastJudgement({ events }: Rollout): RolloutJudgement | undefined {
  const decided = events.findLast(({ evidence }) => 'guards' in evidence);
  if (decided === undefined) return undefined;
  const { guards, srm } = decided.evidence as unknown as RolloutJudgement;
  return { guards, srm };
}

function describeArm(
  arm: RolloutArm,
  { state, plan }: Rollout,
  answered: readonly ArmSample[],
  latencies: readonly LatencyCount[],
): RolloutArmFigures {
  const own = answered.filter((sample) => sample.arm === arm.name);
  const plannedN = plan.steps[Math.max(0, state.step)].minRequests;
  const figureOf = (of: TotalName | IncidentKind, kind: 'share' | 'mean') =>
    toFigure(
      own.flatMap((sample) => totalsOf(sample, of)),
      kind,
      plannedN,
    );
  const inMs = (part: number) => {
    const us = latencyQuantile(latencies, part);
    return us === null ? null : us / 1_000;
  };
  const metric = figureOf('loss', 'mean');
  return {
    ...arm,
    weight: state.weights[arm.name] ?? 0,
    requests: own.reduce((sum, sample) => sum + requestsOf(sample), 0),
    failures: own.flatMap(({ shards }) => shards).reduce((sum, { failed }) => sum + failed, 0),
    errorRate: figureOf('failed', 'share'),
    latencyMs: { p50: inMs(0.5), p95: inMs(0.95), p99: inMs(0.99) },
    score: figureOf('score', 'mean'),
    metric: metric.n === 0 ? null : { name: 'loss', ...metric },
  };
}

function toFigure(shards: readonly ArmTotals[], kind: 'share' | 'mean', plannedN: number): SequentialFigure {
  const { n } = addTotals(shards);
  const found = meanOf(shards, kind === 'share' ? 'share' : { unit: 0 });
  if (found === undefined)
    return { estimate: n === 0 ? null : addTotals(shards).sum / n, low: null, high: null, n };
  const standardError = Math.sqrt(found.variance);
  const half = sequenceHalfWidth({ standardError, n }, { alpha: SHOWN_ALPHA, plannedN });
  if (!Number.isFinite(half)) return { estimate: found.mean, low: null, high: null, n };
  const [low, high] = [found.mean - half, found.mean + half];
  if (kind === 'mean') return { estimate: found.mean, low, high, n };
  return { estimate: found.mean, low: Math.max(0, low), high: Math.min(1, high), n };
}

function exposureOf(
  answered: RolloutSamples['arms'],
  [champion]: readonly RolloutArm[],
  ofShadows: readonly ArmSample[],
): RolloutDetail['exposure'] {
  const all = answered.reduce((sum, sample) => sum + requestsOf(sample), 0);
  const exposed = answered.filter(({ arm }) => arm !== champion.name);
  const requests = exposed.reduce((sum, sample) => sum + requestsOf(sample), 0);
  const shadowed = ofShadows.reduce((sum, sample) => sum + requestsOf(sample), 0);
  return { requests, share: all === 0 ? null : requests / all, shadowed };
}

async function describeShadow(
  { project, store }: Context,
  rollout: string,
  ofShadows: readonly ArmSample[],
): Promise<RolloutDetail['shadow']> {
  const { sql } = store.database;
  const differences = await sql
    .selectFrom('shadow_comparison')
    .selectAll()
    .where('project', '=', project)
    .where('rollout', '=', rollout)
    .orderBy('at', 'desc')
    .limit(SHOWN_DIFFERENCES)
    .execute();
  const lost = await sql
    .selectFrom('rollout_sample')
    .select((eb) => eb.fn.sum('dropped').as('dropped'))
    .where('project', '=', project)
    .where('rollout', '=', rollout)
    .executeTakeFirst();
  return {
    compared: ofShadows.reduce((sum, sample) => sum + requestsOf(sample), 0),
    dropped: Number(lost?.dropped ?? 0),
    disagreed: ofShadows.flatMap(({ shards }) => shards).reduce((sum, { disagreed }) => sum + disagreed, 0),
    differences: differences.map(({ prediction, at, answered_json, shadow_json }) => ({
      ...{ prediction, at, answered: JSON.parse(answered_json), shadow: JSON.parse(shadow_json) },
    })),
  };
}
