import type { Kysely } from 'kysely';
import type { Output } from '../../models/to-prediction.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { JsonRecord } from '../records/check-records.ts';

/** Which release answered, or would have; `at` in milliseconds since the epoch. */
export interface ServedBy {
  endpoint: string;
  model: string;
  version: number;
  /** Digest of the bundle. */
  bundle: string;
  arm: string;
  /** Id of the rollout that chose the arm; null where none did, or the request named its arm or version. */
  rollout: string | null;
  /** With what probability the rollout was to choose this arm; null without one. */
  propensity: number | null;
  /** What the rollout keeps at one arm: a person, a session, an order, as the caller named it; else the request’s id. */
  unitKey: string | null;
  at: number;
}

/** A prediction that was given, with what it was given for. */
export interface ServedPrediction extends ServedBy {
  id: string;
  /** Of the whole request, in microseconds. */
  latencyUs: number;
  record: JsonRecord;
  prediction: Output;
  businessKey: string | null;
  /** The person it is about, as the caller named them; on record as a pseudonym only. */
  subject: string | null;
}

/** Records of a request that got no prediction. */
export interface ServedFailure extends ServedBy {
  /** The error's code. */
  code: string;
  records: number;
}

/** Is told of everything an endpoint answers, off the request path: how a later stage watches without serving knowing it. */
export interface PredictionObserver {
  /**
   * Inside the transaction that writes the batch, which fails where this does: counted exactly when the predictions are
   * on disk, ids that were there before not again. A batch may be empty: then only failures are waiting.
   */
  record(sql: Kysely<Schema>, batch: readonly ServedPrediction[]): Promise<void>;
  /** After that transaction: false where it failed; the same batch then comes again. */
  settled(committed: boolean): void;
  /** Must not throw; kept until the next batch. */
  failed(failure: ServedFailure): void;
  /** A prediction was given but is not kept: the queue is full. Must not throw. */
  shed(served: ServedBy): void;
}

/** Several observers as one: told in their order, all in the same transaction. */
export function joinObservers(observers: readonly PredictionObserver[]): PredictionObserver {
  return {
    async record(sql, batch) {
      for (const observer of observers) await observer.record(sql, batch);
    },
    settled(committed) {
      for (const observer of observers) observer.settled(committed);
    },
    failed(failure) {
      for (const observer of observers) observer.failed(failure);
    },
    shed(served) {
      for (const observer of observers) observer.shed(served);
    },
  };
}
