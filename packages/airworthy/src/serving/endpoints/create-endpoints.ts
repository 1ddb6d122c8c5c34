import { AirworthyError, toAirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { watchLoop } from '../batching/watch-loop.ts';
import type { PredictionObserver } from '../prediction-log/observe-predictions.ts';
import { createPredictionLog } from '../prediction-log/prediction-log.ts';
import { readPrediction } from '../prediction-log/prediction-rows.ts';
import type { LoadOptions } from '../runtimes/load-release.ts';
import type { ServingConfig } from '../schema.ts';
import type { RequestCounter } from '../statistics/request-figures.ts';
import { answerGenerated } from './answer-generated.ts';
import { createOnceAnswers } from './answer-once.ts';
import { answerRecords } from './answer-records.ts';
import { answerTable } from './answer-table.ts';
import { answerTensors } from './answer-tensors.ts';
import type { AnswerMeans } from './begin-request.ts';
import { putArm, putInPlace, takeArmOut } from './change-releases.ts';
import { versionOf, versionsOf } from './choose-arm.ts';
import {
  createSlot,
  type EndpointSlot,
  emptySlot,
  type ServingSlot,
  servingAt,
  slotAt,
  statusOf,
} from './endpoint-slot.ts';
import type { EndpointDescription, Endpoints, ResidentRelease } from './endpoints.ts';
import { ARM, currentDeployment, currentDeployments, endDeployment } from './record-deployment.ts';
import { createShadowQueue } from './shadow-queue.ts';

export interface EndpointsOptions extends LoadOptions {
  config: ServingConfig;
  /** Is told of every prediction and failure. */
  observer?: PredictionObserver | undefined;
  /** Counts every request. */
  counter?: RequestCounter | undefined;
}

/**
 * The endpoints of a project in this process.
 *
 * @example
 * const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
 * await endpoints.deploy('flight-delays', { model: 'flight-delays', version: 1, bundle });
 * await endpoints.predict('flight-delays', [{ date: '2001-02-03T17:40:00Z', distance: 733 }]);
 */
export function createEndpoints(context: Context, options: EndpointsOptions): Endpoints {
  const { config, observer, counter, ...loadOptions } = options;
  const slots = new Map<string, EndpointSlot>();
  const log = createPredictionLog(context, config.predictionLog, observer);
  const shadows = createShadowQueue();
  const once = createOnceAnswers(context);
  const logs = config.predictionLog.enabled || observer !== undefined;
  const means: AnswerMeans = { context, config, log, logs, counter, shadows };
  const loop = watchLoop();
  const loading = { context, config, options: loadOptions, isLoopLate: loop.isLate };
  const changes = createChanges(context, slots, loading);
  let restored = false;
  return {
    ...changes,
    async restore() {
      for (const recorded of await currentDeployments(context.store.database.sql, context.project)) {
        const { endpoint, ...release } = recorded;
        await changes
          .deploy(endpoint, release)
          .catch((error) =>
            context.log.error({ endpoint, error: String(error) }, 'the endpoint could not be restored'),
          );
      }
      restored = true;
    },
    async predict(endpoint, records, options = {}) {
      const slot = servingAt(slots, endpoint);
      const { idempotencyKey } = options;
      if (idempotencyKey === undefined) return answerRecords(means, slot, records, options);
      return once.answer(endpoint, records, { ...options, idempotencyKey }, (named) =>
        answerRecords(means, slot, records, named),
      );
    },
    predictTable: async (endpoint, table, options = {}) =>
      answerTable(means, servingAt(slots, endpoint), table, options),
    infer: async (endpoint, inputs, options = {}) =>
      answerTensors(means, servingAt(slots, endpoint), inputs, options),
    generate: async (endpoint, record, options = {}) =>
      answerGenerated(means, servingAt(slots, endpoint), record, options),
    describe: (endpoint, version) => describe(servingAt(slots, endpoint), version),
    has: (endpoint) => slots.has(endpoint),
    status: () => [...slots.values()].map(statusOf).sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1)),
    resident: async () => (await Promise.all([...slots.values()].map(describeResidents))).flat(),
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
      loop.close();
      once.close();
      await shadows.idle();
      await Promise.all([...slots.values()].map(emptySlot));
      await log.close();
    },
  };
}

function describe(slot: ServingSlot, version: string | undefined): EndpointDescription {
  const { handle } = version === undefined ? slot.serving : versionOf(slot, version);
  const { signature, runtime } = handle.loaded;
  return {
    deployment: slot.serving.deployment,
    signature,
    kind: runtime.kind,
    generates: runtime.generate !== undefined,
    versions: versionsOf(slot),
  };
}

async function describeResidents(slot: EndpointSlot): Promise<ResidentRelease[]> {
  const { endpoint, serving, arms } = slot;
  const placed = [...(serving ? [[ARM, serving.handle] as const] : []), ...arms];
  return Promise.all(
    placed.map(async ([arm, { loaded }]) => {
      const { model, version, runtime, queue } = loaded;
      const { waiting, running } = queue.load();
      const memoryBytes = await runtime.memoryBytes();
      return { endpoint, arm, model, version, kind: runtime.kind, memoryBytes, waiting, running };
    }),
  );
}

type Changes = Pick<Endpoints, 'deploy' | 'undeploy' | 'addArm' | 'removeArm' | 'setRouter'>;

/** Everything that changes what is loaded; at one endpoint one after the other. */
function createChanges(
  context: Context,
  slots: Map<string, EndpointSlot>,
  loading: Parameters<typeof putInPlace>[0],
): Changes {
  function inTurn<Result>(slot: EndpointSlot, change: () => Promise<Result>): Promise<Result> {
    const changed = slot.lastChange.then(change);
    slot.lastChange = changed.catch(() => undefined);
    return changed;
  }

  /** A failed deploy to an endpoint that never served leaves no trace; a recorded one shows its problem. */
  async function keepOrForget(slot: EndpointSlot, error: unknown): Promise<void> {
    slot.problem = toAirworthyError(error).message;
    const recorded = await currentDeployment(context.store.database.sql, context.project, slot.endpoint);
    if (slot.serving === undefined && recorded === undefined) slots.delete(slot.endpoint);
  }

  return {
    async deploy(endpoint, release) {
      const slot = slots.get(endpoint) ?? createSlot(endpoint);
      slots.set(endpoint, slot);
      return inTurn(slot, async () => {
        try {
          const deployment = await putInPlace(loading, slot, release);
          // It may have been undeployed while this one waited for its turn.
          slots.set(endpoint, slot);
          return deployment;
        } catch (error) {
          await keepOrForget(slot, error);
          throw error;
        }
      });
    },
    async undeploy(endpoint, reason) {
      const slot = slotAt(slots, endpoint);
      await inTurn(slot, async () => {
        await endDeployment(context, endpoint, reason);
        if (slots.get(endpoint) === slot) slots.delete(endpoint);
        await emptySlot(slot);
      });
    },
    async addArm(endpoint, arm, release) {
      const slot = slotAt(slots, endpoint);
      await inTurn(slot, () => putArm(loading, slot, arm, release));
    },
    async removeArm(endpoint, arm) {
      const slot = slots.get(endpoint);
      if (slot) await inTurn(slot, async () => takeArmOut(slot, arm));
    },
    setRouter(endpoint, router) {
      slotAt(slots, endpoint).router = router;
    },
  };
}
