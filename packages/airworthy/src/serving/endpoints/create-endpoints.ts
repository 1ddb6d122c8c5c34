import { AirworthyError, toAirworthyError } from '../../kernel/errors.ts';
import type { Signature } from '../../models/signature.ts';
import type { Context } from '../../store/ports.ts';
import { createAnswer, type PredictOptions, type PredictResult } from './answer-request.ts';
import {
  closeSlot,
  createSlot,
  type EndpointSlot,
  putInPlace,
  servingAt,
  statusOf,
} from './endpoint-slot.ts';
import type { PredictionObserver } from '../prediction-log/observe-predictions.ts';
import { checkBatchSize } from '../records/predict-records.ts';
import { createPredictionLog, type PredictionLogCounts } from '../prediction-log/prediction-log.ts';
import { readPrediction } from '../prediction-log/prediction-rows.ts';
import { ARM, currentDeployment, currentDeployments } from './record-deployment.ts';
import type { Deployment, EndpointStatus, LoggedPrediction, Release, ServingConfig } from '../schema.ts';

export interface EndpointsOptions {
  config: ServingConfig;
  /** Is told of every prediction and failure. */
  observer?: PredictionObserver | undefined;
}

/** Everything that serves in this process. */
export interface Endpoints {
  /**
   * Loads and proves a release, then puts it in the former one's place: no request is dropped, those in flight
   * finish on the release they began with. Durable, and idempotent by bundle.
   * @throws WARM_UP_FAILED, or what opening the bundle raises; the former release then goes on.
   */
  deploy(endpoint: string, release: Release): Promise<Deployment>;
  /** @throws ENDPOINT_NOT_FOUND, ENDPOINT_NOT_READY, RECORD_INVALID, BATCH_TOO_LARGE */
  predict(endpoint: string, records: readonly unknown[], options?: PredictOptions): Promise<PredictResult>;
  /** What an endpoint takes and gives now. @throws ENDPOINT_NOT_FOUND, ENDPOINT_NOT_READY */
  describe(endpoint: string): { deployment: Deployment; signature: Signature };
  /** Is there an endpoint of that name, ready or not? */
  has(endpoint: string): boolean;
  /** What serves, since when, on what evidence; by endpoint name. */
  status(): EndpointStatus[];
  /** Loads what the record says is served; problems are kept in `status()`, not thrown. */
  restore(): Promise<void>;
  /** True once restored, while every endpoint has a release. */
  ready(): boolean;
  /** A logged prediction, written or still waiting to be. @throws PREDICTION_NOT_FOUND */
  findPrediction(id: string): Promise<LoggedPrediction>;
  predictionCounts(): PredictionLogCounts;
  /** Resolves when every prediction given so far is on disk and told to the observer, or one write has failed. */
  flush(): Promise<void>;
  /** Waits for requests in flight, then flushes the prediction log. */
  close(): Promise<void>;
}

/**
 * The endpoints of a project in this process.
 *
 * @example
 * const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
 * await endpoints.deploy('flight-delays', { model: 'flight-delays', version: 1, bundle });
 * await endpoints.predict('flight-delays', [{ date: '2001-02-03T17:40:00Z', distance: 733 }]);
 */
export function createEndpoints(context: Context, { config, observer }: EndpointsOptions): Endpoints {
  const slots = new Map<string, EndpointSlot>();
  const log = createPredictionLog(context, config.predictionLog, observer);
  const answer = createAnswer(
    context,
    config.predictionLog.enabled || observer ? log : undefined,
    config.key,
  );
  let restored = false;

  async function deploy(endpoint: string, release: Release): Promise<Deployment> {
    const slot = slots.get(endpoint) ?? createSlot(endpoint);
    slots.set(endpoint, slot);
    const swap = slot.lastDeploy.then(() => putInPlace(context, slot, release, config.key));
    const settled = swap.then(
      () => void slots.set(endpoint, slot),
      (error) => keepOrForget(slot, toAirworthyError(error).message),
    );
    slot.lastDeploy = settled.catch(() => undefined);
    await settled;
    return swap;
  }

  /** A failed deploy to an endpoint that never served leaves no trace; a recorded one shows its problem. */
  async function keepOrForget(slot: EndpointSlot, problem: string): Promise<void> {
    slot.problem = problem;
    const recorded = await currentDeployment(context.store.database.sql, context.project, slot.endpoint);
    if (slot.serving === undefined && recorded === undefined) slots.delete(slot.endpoint);
  }

  async function restore(): Promise<void> {
    for (const recorded of await currentDeployments(context.store.database.sql, context.project)) {
      const { endpoint, ...release } = recorded;
      await deploy(endpoint, release).catch((error) =>
        context.log.error({ endpoint, error: String(error) }, 'the endpoint could not be restored'),
      );
    }
    restored = true;
  }

  return {
    deploy,
    restore,
    async predict(endpoint, records, options = {}) {
      const { handle } = servingAt(slots, endpoint);
      return handle.use(async (release) => {
        try {
          checkBatchSize(endpoint, records.length, config.limits.maxBatch);
          return await answer(endpoint, release, records, options);
        } catch (error) {
          const { model, version, bundle } = release;
          const served = { endpoint, model, version, bundle, arm: ARM, at: context.clock.now() };
          log.addFailure({
            ...served,
            code: toAirworthyError(error).code,
            records: Math.max(1, records.length),
          });
          throw error;
        }
      });
    },
    describe(endpoint) {
      const { deployment, handle } = servingAt(slots, endpoint);
      return { deployment, signature: handle.loaded.signature };
    },
    has: (endpoint) => slots.has(endpoint),
    status: () => [...slots.values()].map(statusOf).sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1)),
    ready: () => restored && [...slots.values()].every((slot) => slot.serving !== undefined),
    async findPrediction(id) {
      const found = log.findQueued(id) ?? (await readPrediction(context, id));
      if (found) return found;
      throw new AirworthyError('PREDICTION_NOT_FOUND', {
        message: `no logged prediction has the id "${id}"`,
      });
    },
    predictionCounts: log.counts,
    flush: log.flush,
    async close() {
      await Promise.all([...slots.values()].map(closeSlot));
      await log.close();
    },
  };
}
