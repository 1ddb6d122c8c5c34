import type { Output } from '../../models/to-prediction.ts';

/** Which arm answers a request, and with what probability it was to be this one. */
export interface Assignment {
  arm: string;
  propensity: number;
  /** An arm that sees the request too, after its answer has gone; null: none. */
  shadow: string | null;
}

/** What a shadow arm would have answered to a request, beside what was answered. */
export interface ShadowAnswer {
  /** What the rollout keeps at one arm. */
  unit: string;
  at: number;
  answeredUs: number;
  shadowUs: number;
  /** One a record. */
  records: readonly ShadowedRecord[];
}

export interface ShadowedRecord {
  /** The prediction's id. */
  id: string;
  answered: Output;
  /** The error's code where the arm failed. */
  shadow: { output: Output } | { code: string };
}

/** A rollout as the request path sees it. */
export interface Router {
  /** Id of the rollout. */
  readonly rollout: string;
  /** Must not throw, and gives the same unit the same arm while weights only grow. */
  assign(unit: string): Assignment;
  /** Is told what a shadow arm said, after the answer has gone; must not throw. */
  shadowed(answer: ShadowAnswer): void;
  /** Shadow requests that were dropped because the machine had no room for them. */
  shadowDropped(requests: number): void;
}
