import type { Context } from '../../store/ports.ts';
import type { ShadowAnswer } from '../endpoints/router.ts';
import type {
  PredictionObserver,
  ServedBy,
  ServedFailure,
  ServedPrediction,
} from '../prediction-log/observe-predictions.ts';
import { type CountedRollout, type Counts, createCounts } from './count-served.ts';

/** Differences that are kept of a rollout, and in memory until the next write. */
const MOST_DIFFERENCES = 200;
/** Of what has no row of its own, this much waits for a disk that takes nothing; nobody can decide on it either. */
const MOST_WAITING = 50_000;

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

/** A request that the predictions on disk do not tell of: it failed, or there was no room to keep what was answered. */
interface WithoutRow {
  served: ServedBy;
  failure: ServedFailure | null;
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
  let waiting: WithoutRow[] = [];
  let underWay: WithoutRow[] = [];
  let shadows: Counts = createCounts();
  let differences: Difference[] = [];

  const wait = (told: WithoutRow) => {
    if (told.served.rollout !== null && followed.has(told.served.rollout) && waiting.length < MOST_WAITING)
      waiting.push(told);
  };

  const observer: PredictionObserver = {
    async record(sql, batch) {
      underWay = waiting;
      waiting = [];
      const counts = createCounts();
      for (const request of requestsIn(batch)) {
        const rollout = followed.get(request[0].rollout ?? '');
        if (rollout) counts.addRequest(rollout, request);
      }
      for (const { served, failure } of underWay) {
        const rollout = followed.get(served.rollout ?? '');
        if (rollout === undefined) continue;
        if (failure) counts.addFailure(rollout, failure);
        else counts.addAnswered(rollout, served);
      }
      if (!counts.isEmpty()) await counts.write(sql, context.project);
    },
    settled(committed) {
      if (!committed) waiting = [...underWay, ...waiting];
      underWay = [];
    },
    failed: (failure) => wait({ served: failure, failure }),
    shed(served) {
      const last = waiting.at(-1);
      // Another record of the request that was counted just now.
      if (last?.failure === null && isSameRequest(last.served, served)) return;
      wait({ served, failure: null });
    },
  };

  return {
    observer,
    follow(rollouts) {
      followed = rollouts;
    },
    shadowed(id, answer) {
      const rollout = followed.get(id);
      if (rollout === undefined) return;
      const { at } = answer;
      for (const { id: prediction, answered, shadow } of shadows.addShadow(rollout, answer)) {
        if (differences.length >= MOST_DIFFERENCES) return;
        const said = 'output' in shadow ? shadow.output : shadow;
        differences.push({
          ...{ rollout: id, prediction, at },
          ...{ answered_json: JSON.stringify(answered), shadow_json: JSON.stringify(said) },
        });
      }
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
    const isSame = last && last[0].latencyUs === served.latencyUs && isSameRequest(last[0], served);
    if (isSame) last.push(served);
    else requests.push([served]);
  }
  return requests;
}

/** Two requests of a unit in one millisecond may be taken for one. */
function isSameRequest(a: ServedBy, b: ServedBy): boolean {
  return a.at === b.at && a.arm === b.arm && a.unitKey === b.unitKey && a.rollout === b.rollout;
}
