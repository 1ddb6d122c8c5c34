import { type AirworthyError, toAirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { Endpoints } from '../endpoints/endpoints.ts';
import type { Router } from '../endpoints/router.ts';
import { armAt, placeUnit } from './assign-arm.ts';
import type { CountedRollout } from './count-served.ts';
import { toRelease } from './drive-rollout.ts';
import type { Rollout } from './rollout-rows.ts';
import type { RolloutSampler } from './rollout-sampler.ts';
import { inOrder } from './step-weights.ts';

/** After an arm could not be loaded here, wait this long before trying again. */
const RETRY_MS = 30_000;

/** What of rollouts is in place in this process. */
export interface Placement {
  /** Loads the arms and sends units to them as the rollout's state says. */
  put(rollout: Rollout): Promise<void>;
  /** Takes away what is not open any more. */
  keepOnly(open: readonly Rollout[]): Promise<void>;
  /** From here on every request is the champion's. */
  stopRouting(endpoint: string): void;
  /** What was in place at an endpoint that was deployed to is looked at anew: it may have been undeployed before that. */
  forget(endpoint: string): void;
  /** Why the arms of a rollout could not be loaded here; null where they are. */
  problemOf(rollout: string): AirworthyError | null;
}

/** A rollout as this process has it in place. */
interface Followed extends CountedRollout {
  endpoint: string;
  arms: readonly string[];
  /** Since when each phase is in place here, oldest first. */
  since: { phase: number; at: number }[];
  /** The phase of the router in place; null: none. */
  routed: number | null;
  retryAt: number;
  problem: AirworthyError | null;
}

export function createPlacement(context: Context, endpoints: Endpoints, sampler: RolloutSampler): Placement {
  const followed = new Map<string, Followed>();

  function forget(endpoint: string): void {
    for (const each of followed.values()) if (each.endpoint === endpoint) each.routed = null;
  }

  function stopRouting(endpoint: string): void {
    if (endpoints.has(endpoint)) endpoints.setRouter(endpoint, null);
    forget(endpoint);
  }

  async function route(rollout: Rollout, here: Followed): Promise<void> {
    const { state, endpoint, arms } = rollout;
    try {
      for (const arm of arms.slice(1)) await endpoints.addArm(endpoint, arm.name, toRelease(arm, rollout));
    } catch (error) {
      here.retryAt = performance.now() + RETRY_MS;
      here.problem = toAirworthyError(error);
      context.log.error({ endpoint, error: String(error) }, 'an arm of a rollout cannot be loaded here');
      return;
    }
    here.since.push({ phase: state.phase, at: context.clock.now() });
    endpoints.setRouter(endpoint, createRouter(rollout, here.salt, sampler));
    here.routed = state.phase;
    here.problem = null;
  }

  return {
    stopRouting,
    forget,
    problemOf: (rollout) => followed.get(rollout)?.problem ?? null,
    async put(rollout) {
      const { id, state, endpoint, slowUs } = rollout;
      if (!endpoints.has(endpoint)) return;
      const here = followed.get(id) ?? follow(rollout);
      notAfter(here, context.clock.now());
      followed.set(id, Object.assign(here, { slowUs, challenger: state.challenger }));
      if (state.name === 'rolling-back') stopRouting(endpoint);
      else if (state.step >= 0 && here.routed !== state.phase && performance.now() >= here.retryAt)
        await route(rollout, here);
      sampler.follow(followed);
    },
    async keepOnly(open) {
      const ids = new Set(open.map(({ id }) => id));
      for (const [id, { endpoint, arms }] of followed) {
        if (ids.has(id)) continue;
        followed.delete(id);
        stopRouting(endpoint);
        if (endpoints.has(endpoint))
          for (const arm of arms.slice(1)) await endpoints.removeArm(endpoint, arm);
      }
      sampler.follow(followed);
    },
  };
}

function follow({ id, endpoint, arms, plan, slowUs, state }: Rollout): Followed {
  const since: Followed['since'] = [];
  return {
    ...{ id, endpoint, slowUs, since, challenger: state.challenger, routed: null, retryAt: 0, problem: null },
    arms: arms.map(({ name }) => name),
    salt: plan.salt ?? id,
    phaseAt: (at) => since.findLast((each) => each.at <= at)?.phase,
  };
}

/** A clock that was set back would have everything counted in phases that are over. */
function notAfter({ since }: Followed, now: number): void {
  for (const phase of since) phase.at = Math.min(phase.at, now);
}

function createRouter({ id, plan, state, arms }: Rollout, salt: string, sampler: RolloutSampler): Router {
  const step = plan.steps[state.step];
  const weights = inOrder(state.weights, arms[0].name);
  const shadowed = step.mode === 'shadow' ? step.share : 0;
  return {
    rollout: id,
    assign(unit) {
      const { bucket } = placeUnit(salt, unit);
      const shadow = bucket < shadowed ? state.challenger : null;
      return { ...armAt(weights, bucket), shadow };
    },
    shadowed: (answer) => sampler.shadowed(id, answer),
    shadowDropped: (requests) => sampler.shadowDropped(id, requests),
  };
}
