import { createRandom, type Random } from '../../stats/random.ts';
import { armAt, SHARDS } from '../rollouts/assign-arm.ts';
import { decideRollout } from '../rollouts/decide-rollout.ts';
import { RolloutPlan } from '../rollouts/plan-schema.ts';
import { reduceRollout } from '../rollouts/reduce-rollout.ts';
import {
  type ArmSample,
  addValue,
  emptySample,
  type IncidentKind,
  type RolloutSamples,
} from '../rollouts/samples.ts';
import type { RolloutDecision, RolloutEvent } from '../rollouts/schema.ts';
import { inOrder, weightsIn } from '../rollouts/step-weights.ts';

/** How an arm behaves, request by request. */
export interface SimulatedArm {
  errorRate: number;
  /** Of the logarithm of the latency, beside the control’s 0. */
  latency: number;
  /** Mean score; scores have a standard deviation of 0.2. */
  score: number;
  /** How often an answer is wrong. */
  wrong: number;
  /** Part of the requests that take four times as long. */
  tail: number;
}

export interface Simulation {
  control: SimulatedArm;
  challenger: SimulatedArm;
  plan: RolloutPlan;
  /** Requests a tick of ten seconds. */
  requestsPerTick: number;
  /** Ticks from an answer to its label. */
  labelDelay: number;
  /** Units that ask again and again, all alike: how many requests each makes on average; 1 where every request is its own. */
  requestsPerUnit: number;
  maxTicks: number;
}

export interface SimulatedEnd {
  name: string;
  reason: string;
  /** Requests that the challenger answered. */
  exposed: number;
  requests: number;
  minutes: number;
  step: number;
}

const TICK_MS = 10_000;
const SPREAD = 0.5;
/** The 99th percentile of the control’s logarithm of the latency. */
const SLOW = 2.3263 * SPREAD;
const SCORE_SD = 0.2;
const ARMS = ['champion', 'challenger'] as const;

export const HEALTHY: SimulatedArm = { errorRate: 0.01, latency: 0, score: 0.3, wrong: 0.2, tail: 0 };

/**
 * A rollout on simulated traffic, decided by the very functions that decide real ones.
 *
 * @example
 * simulateRollout({ ...usual, challenger: { ...HEALTHY, errorRate: 0.03 } }, 1).name; // 'rolling-back'
 */
export function simulateRollout(simulation: Simulation, seed: number): SimulatedEnd {
  const { plan } = simulation;
  const random = createRandom(seed);
  const events = begin(plan);
  const traffic = createTraffic(simulation, random);
  for (let tick = 1; tick <= simulation.maxTicks; tick++) {
    const state = reduceRollout(events);
    const now = tick * TICK_MS;
    traffic.send(state.phase, plan.steps[state.step].mode === 'shadow', state.weights, tick);
    const decision = decideRollout({
      plan,
      arms: ARMS,
      id: 'simulated',
      state,
      samples: traffic.samples,
      now,
    });
    if (decision === null) continue;
    push(events, decision, now);
    if (['rolling-back', 'promoting', 'paused'].includes(decision.to)) return endOf(decision, traffic, tick);
  }
  return endOf(
    { ...events[events.length - 1], to: 'canary', reason: 'still under way' },
    traffic,
    simulation.maxTicks,
  );
}

function begin(plan: RolloutPlan): RolloutEvent[] {
  const events: RolloutEvent[] = [];
  const idle = { weights: { champion: 1 }, challenger: 'challenger', reason: '', sentence: '', evidence: {} };
  for (const to of ['registered', 'loading', 'warming'] as const) push(events, { ...idle, to, step: -1 }, 0);
  const weights = weightsIn(plan.steps[0], ARMS, 'challenger');
  push(events, { ...idle, to: plan.steps[0].mode, step: 0, weights }, 0);
  return events;
}

function push(events: RolloutEvent[], decision: RolloutDecision, at: number): void {
  const from = events.at(-1)?.to ?? null;
  events.push({ ...decision, sequence: events.length + 1, at, actor: 'simulation', from });
}

function endOf(
  { to, reason, step }: Pick<RolloutDecision, 'to' | 'reason' | 'step'>,
  traffic: Traffic,
  ticks: number,
) {
  const { exposed, requests } = traffic.counts;
  return { name: to, reason, exposed, requests, minutes: (ticks * TICK_MS) / 60_000, step };
}

interface Traffic {
  samples: RolloutSamples;
  counts: { exposed: number; requests: number };
  send(phase: number, shadow: boolean, weights: Record<string, number>, tick: number): void;
}

function createTraffic(simulation: Simulation, random: Random): Traffic {
  const samples: RolloutSamples = { arms: [], slowKnown: true };
  const counts = { exposed: 0, requests: 0 };
  const labels = new Map<number, { sample: ArmSample; shard: number; wrong: number }[]>();
  const units = createUnits(simulation, random);

  function sampleOf(phase: number, arm: string): ArmSample {
    const known = samples.arms.find((sample) => sample.phase === phase && sample.arm === arm);
    if (known) return known;
    const fresh = emptySample(phase, arm);
    samples.arms.push(fresh);
    return fresh;
  }

  function label(tick: number): void {
    for (const { sample, shard, wrong } of labels.get(tick) ?? []) addValue(sample.shards[shard].loss, wrong);
    labels.delete(tick);
  }

  return {
    samples,
    counts,
    send(phase, shadow, weights, tick) {
      label(tick);
      const [order, due] = [inOrder(weights, 'champion'), [] as ReturnType<typeof labels.get> & object];
      labels.set(tick + simulation.labelDelay, due);
      const control = sampleOf(phase, 'champion');
      const challenger = sampleOf(phase, 'challenger');
      for (let request = 0; request < simulation.requestsPerTick; request++) {
        const unit = units();
        counts.requests++;
        const tried = !shadow && armAt(order, unit.bucket).arm === 'challenger';
        if (tried) counts.exposed++;
        const sample = tried ? challenger : control;
        const answer = answerOf(tried ? simulation.challenger : simulation.control, random, unit);
        record(sample, unit, answer);
        due.push({ sample, shard: unit.shard, wrong: answer.wrong });
        if (shadow && !answer.failed)
          compare(challenger, unit, answer, answerOf(simulation.challenger, random, unit));
      }
    },
  };
}

interface SimulatedUnit {
  /** What went wrong for it, by phase, arm and kind. */
  incidents: Set<string>;
  bucket: number;
  shard: number;
  /** How much slower and how much more prone to errors everything is for it. */
  latency: number;
  errors: number;
}

/** Every request its own unit, or a population of units that are each unlike the others. */
function createUnits({ requestsPerUnit, requestsPerTick }: Simulation, random: Random): () => SimulatedUnit {
  const fresh = (spread: number): SimulatedUnit => ({
    incidents: new Set(),
    bucket: random.next(),
    shard: random.integer(SHARDS),
    latency: spread * 0.3 * random.normal(),
    errors: spread === 0 ? 1 : -Math.log(1 - random.next()),
  });
  if (requestsPerUnit <= 1) return () => fresh(0);
  const present = Array.from({ length: requestsPerTick }, () => fresh(1));
  return () => {
    const place = random.integer(present.length);
    const unit = present[place];
    if (random.next() < 1 / requestsPerUnit) present[place] = fresh(1);
    return unit;
  };
}

interface SimulatedAnswer {
  failed: boolean;
  latency: number;
  score: number;
  wrong: number;
}

function answerOf(arm: SimulatedArm, random: Random, unit: SimulatedUnit): SimulatedAnswer {
  const tail = arm.tail > 0 && random.next() < arm.tail ? Math.log(4) : 0;
  return {
    failed: random.next() < Math.min(1, arm.errorRate * unit.errors),
    latency: arm.latency + tail + unit.latency + SPREAD * random.normal(),
    score: arm.score + SCORE_SD * random.normal(),
    wrong: random.next() < arm.wrong ? 1 : 0,
  };
}

function record(sample: ArmSample, unit: SimulatedUnit, answer: SimulatedAnswer): void {
  const sums = sample.shards[unit.shard];
  sums.requests++;
  if (answer.failed) {
    incident(sample, unit, 'failed');
    return;
  }
  addValue(sums.latency, answer.latency);
  addValue(sums.score, answer.score);
  if (answer.latency > SLOW) incident(sample, unit, 'slow');
}

function compare(
  sample: ArmSample,
  unit: SimulatedUnit,
  answered: SimulatedAnswer,
  said: SimulatedAnswer,
): void {
  const sums = sample.shards[unit.shard];
  sums.requests++;
  if (said.failed) {
    incident(sample, unit, 'failed');
    return;
  }
  addValue(sums.latency, said.latency - answered.latency);
  addValue(sums.score, said.score - answered.score);
}

/** As what is on disk has it: every incident, and each unit once. */
function incident(sample: ArmSample, unit: SimulatedUnit, kind: IncidentKind): void {
  sample.shards[unit.shard][kind]++;
  const key = `${sample.phase} ${sample.arm} ${kind}`;
  if (unit.incidents.has(key)) return;
  unit.incidents.add(key);
  sample.units[kind]++;
}

/** What a simulation is unless it says otherwise. */
export const USUAL: Simulation = {
  control: HEALTHY,
  challenger: HEALTHY,
  plan: RolloutPlan.parse({}),
  requestsPerTick: 200,
  labelDelay: 60,
  requestsPerUnit: 1,
  maxTicks: 8_640,
};
