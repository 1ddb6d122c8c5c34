import { newId } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { Endpoints } from '../endpoints/endpoints.ts';
import { driveRollout, type RolloutPorts } from './drive-rollout.ts';
import { oneLookAtATime } from './one-look-at-a-time.ts';
import { createPlacement } from './place-rollouts.ts';
import { pruneRollouts } from './prune-rollouts.ts';
import { openRollouts, type Rollout, takeDriverSeat } from './rollout-rows.ts';
import type { RolloutSampler } from './rollout-sampler.ts';

const EVERY_MS = 1_000;
/** Whoever decides says so at least this often; after that another process may take its place. */
const SEAT_MS = 15_000;
const RENEW_MS = 5_000;
/** Events that may follow each other in one look: loading, warming and the first step need no waiting. */
const MOST_EVENTS = 8;
const PRUNE_MS = 3_600_000;

export interface RolloutWatch {
  /** One look at the record; what it finds is in place when it resolves. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface FollowOptions extends RolloutPorts {
  sampler: RolloutSampler;
  /** The alias that a promotion moves. */
  alias?: string;
  /** How long single units and predictions of a rollout that is over are kept. */
  retentionDays?: number;
  everyMs?: number;
}

/**
 * Puts rollouts in place in this process: loads their arms, sends units to them, takes them away. One process of all that
 * serve the project decides what happens next, and where that one dies another goes on.
 */
export function followRollouts(context: Context, endpoints: Endpoints, options: FollowOptions): RolloutWatch {
  const { sampler, alias = 'champion', retentionDays = 30, everyMs = EVERY_MS } = options;
  const placement = createPlacement(context, endpoints, sampler);
  const means = {
    ...options,
    context,
    endpoints,
    alias,
    stopRouting: placement.stopRouting,
    problemOf: placement.problemOf,
  };
  const driver = newId();
  const seats = new Map<string, number>();
  let pruneAt = 0;

  async function isDriver(id: string): Promise<boolean> {
    if (performance.now() < (seats.get(id) ?? 0)) return true;
    const taken = await takeDriverSeat(context, id, { driver, forMs: SEAT_MS });
    if (taken) seats.set(id, performance.now() + RENEW_MS);
    else seats.delete(id);
    return taken;
  }

  async function prune(): Promise<void> {
    if (performance.now() < pruneAt) return;
    pruneAt = performance.now() + PRUNE_MS;
    await pruneRollouts(context, retentionDays);
  }

  async function checkAll(): Promise<void> {
    await sampler.flush();
    await prune();
    for (let events = 0; events < MOST_EVENTS; events++) {
      const open = await openRollouts(context);
      await placement.keepOnly(open);
      // One that goes wrong, such as a promotion that cannot be loaded now, keeps nobody else from going on.
      const ended = await Promise.allSettled(open.map(lookAt));
      const failed = ended.find((look) => look.status === 'rejected');
      if (failed) throw failed.reason;
      if (!ended.some((look) => look.status === 'fulfilled' && look.value)) return;
    }
  }

  /** True where something happened. */
  async function lookAt(rollout: Rollout): Promise<boolean> {
    await placement.put(rollout);
    return (await isDriver(rollout.id)) && driveRollout(means, rollout);
  }

  const looks = oneLookAtATime(checkAll);
  let trouble: string | undefined;
  const look = () => {
    looks.check().then(
      () => {
        trouble = undefined;
      },
      (error) => {
        if (trouble !== String(error))
          context.log.error({ error: String(error) }, 'following rollouts failed');
        trouble = String(error);
      },
    );
  };
  const timer = setInterval(look, everyMs).unref();
  // What a person decides here is in place before the next look.
  const unsubscribe = context.events.on('rollout.changed', ({ state }) => {
    if (state !== 'registered' && looks.isUnderWay()) return;
    look();
  });
  const unsubscribeDeployed = context.events.on('endpoint.deployed', ({ endpoint }) =>
    placement.forget(endpoint),
  );
  return {
    check: looks.check,
    async close() {
      clearInterval(timer);
      unsubscribe();
      unsubscribeDeployed();
      await looks.close();
      await sampler.flush().catch(() => undefined);
    },
  };
}
