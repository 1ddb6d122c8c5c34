import type { Context } from '../../store/ports.ts';
import type { ShadowAnswer } from '../endpoints/router.ts';
import type {
  PredictionObserver,
  ServedFailure,
  ServedPrediction,
} from '../prediction-log/observe-predictions.ts';
import { type CountedRollout, type Counts, createCounts } from './count-served.ts';

/** Differences that are kept of a rollout, and in memory until the next write. */
const MOST_DIFFERENCES = 200;

/** Counts what the arms of rollouts answer, fail and would have answered. */
export interface RolloutSampler {
  /** Counts in the very transaction that writes the predictions. */
  readonly observer: PredictionObserver;
  /** The rollouts under way in this process, by id. */
  follow(rollouts: ReadonlyMap<string, CountedRollout>): void;
  /** Must not throw. */
  shadowed(rollout: string, answer: ShadowAnswer): void;
  shadowDropped(rollout: string, requests: number): void;
  /** Writes what shadows said since the last time. */
  flush(): Promise<void>;
}

interface Difference {
  rollout: string;
  prediction: string;
  at: number;
  answered_json: string;
  shadow_json: string;
}

/**
 * What is on disk is the state: predictions are counted in the transaction that writes them, so that after any crash as many
 * are counted as are kept. What a shadow said, which nobody was promised, waits in memory for the next write.
 */
export function createRolloutSampler(context: Context): RolloutSampler {
  let followed: ReadonlyMap<string, CountedRollout> = new Map();
  let failures: ServedFailure[] = [];
  let underWay: ServedFailure[] = [];
  let shadows: Counts = createCounts();
  let differences: Difference[] = [];

  const observer: PredictionObserver = {
    async record(sql, batch) {
      underWay = failures;
      failures = [];
      const counts = createCounts();
      for (const request of requestsIn(batch)) {
        const rollout = followed.get(request[0].rollout ?? '');
        if (rollout) counts.addRequest(rollout, request);
      }
      for (const failure of underWay) {
        const rollout = followed.get(failure.rollout ?? '');
        if (rollout) counts.addFailure(rollout, failure);
      }
      if (!counts.isEmpty()) await counts.write(sql, context.project);
    },
    settled(committed) {
      if (!committed) failures = [...underWay, ...failures];
      underWay = [];
    },
    failed(failure) {
      if (failure.rollout !== null && followed.has(failure.rollout)) failures.push(failure);
    },
    shed() {},
  };

  return {
    observer,
    follow(rollouts) {
      followed = rollouts;
    },
    shadowed(id, answer) {
      const rollout = followed.get(id);
      if (rollout === undefined || !shadows.addShadow(rollout, answer)) return;
      if (differences.length >= MOST_DIFFERENCES) return;
      const { id: prediction, at, answered, shadow } = answer;
      const said = 'output' in shadow ? shadow.output : shadow;
      differences.push({
        ...{ rollout: id, prediction, at },
        ...{ answered_json: JSON.stringify(answered), shadow_json: JSON.stringify(said) },
      });
    },
    shadowDropped(id, requests) {
      const rollout = followed.get(id);
      if (rollout) shadows.addDropped(rollout, context.clock.now(), requests);
    },
    async flush() {
      if (shadows.isEmpty()) return;
      const [counted, differing] = [shadows, differences];
      [shadows, differences] = [createCounts(), []];
      await context.store.database.write(async (sql) => {
        await counted.write(sql, context.project);
        for (const [rollout, rows] of Map.groupBy(differing, (difference) => difference.rollout)) {
          const { kept } = await sql
            .selectFrom('shadow_comparison')
            .select((eb) => eb.fn.countAll<number>().as('kept'))
            .where('project', '=', context.project)
            .where('rollout', '=', rollout)
            .executeTakeFirstOrThrow();
          const room = Math.max(0, MOST_DIFFERENCES - Number(kept));
          const values = rows.slice(0, room).map((row) => ({ project: context.project, ...row }));
          if (values.length > 0)
            await sql
              .insertInto('shadow_comparison')
              .values(values)
              .onConflict((conflict) => conflict.doNothing())
              .execute();
        }
      });
    },
  };
}

/** Neighbours that were answered together: the predictions of one request. */
function requestsIn(batch: readonly ServedPrediction[]): ServedPrediction[][] {
  const requests: ServedPrediction[][] = [];
  for (const served of batch) {
    if (served.rollout === null) continue;
    const last = requests.at(-1);
    if (last && isSameRequest(last[0], served)) last.push(served);
    else requests.push([served]);
  }
  return requests;
}

/** Two requests of a unit in one millisecond that took the very same time may be taken for one. */
function isSameRequest(a: ServedPrediction, b: ServedPrediction): boolean {
  return (
    a.at === b.at &&
    a.latencyUs === b.latencyUs &&
    a.arm === b.arm &&
    a.unitKey === b.unitKey &&
    a.rollout === b.rollout
  );
}
