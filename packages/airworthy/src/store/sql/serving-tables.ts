/** The tables of serving beyond the prediction log: rollouts, the gateway, batch scoring; part of `Schema`. */

export interface ServingTables {
  idempotency_key: IdempotencyKeyTable;
  gateway_usage: GatewayUsageTable;
  gateway_latency: GatewayLatencyTable;
  rollout: RolloutTable;
  rollout_event: RolloutEventTable;
  rollout_sample: RolloutSampleTable;
  rollout_latency: RolloutLatencyTable;
  rollout_incident: RolloutIncidentTable;
  rollout_outcome: RolloutOutcomeTable;
  shadow_comparison: ShadowComparisonTable;
}

/** A rollout as it stands; how it came to that is in its events. */
export interface RolloutTable {
  project: string;
  id: string;
  endpoint: string;
  /** 1, 2, 3 … at the endpoint. */
  number: number;
  plan_json: string;
  arms_json: string;
  /** A request is slow from this many microseconds on; null where it was not known at the start. */
  slow_us: number | null;
  state: string;
  step: number;
  reason: string;
  sentence: string;
  started_at: number;
  ended_at: number | null;
  /** The process that decides, and until when. */
  driver: string | null;
  driven_until: number;
  /** Outcomes up to this revision of the endpoint were read. */
  labels_revision: number;
  /** Feedback up to this moment was read. */
  feedback_until: number;
}

export interface RolloutEventTable {
  project: string;
  rollout: string;
  sequence: number;
  at: number;
  event_json: string;
}

/** Sums of an arm since an event changed the weights (the phase is that event’s sequence), by shard of the units. */
export interface RolloutSampleTable {
  project: string;
  rollout: string;
  phase: number;
  arm: string;
  shard: number;
  requests: number;
  failures: number;
  refused: number;
  invalid: number;
  slow: number;
  disagreed: number;
  /** Shadow requests for which there was no room. */
  dropped: number;
  /** Of the natural logarithm of the latency; of a shadow arm, of its difference to what was answered. So are the scores. */
  latency_n: number;
  latency_sum: number;
  latency_squares: number;
  score_n: number;
  score_sum: number;
  score_squares: number;
  cost_n: number;
  cost_sum: number;
  cost_squares: number;
}

/** A log-linear histogram of an arm’s latencies. */
export interface RolloutLatencyTable {
  project: string;
  rollout: string;
  arm: string;
  bucket: number;
  requests: number;
}

/** A unit to which something went wrong: counted once, however often it asked. */
export interface RolloutIncidentTable {
  project: string;
  rollout: string;
  phase: number;
  kind: string;
  arm: string;
  unit: string;
}

/** What a label (or a person) says of a prediction. */
export interface RolloutOutcomeTable {
  project: string;
  rollout: string;
  prediction: string;
  phase: number;
  arm: string;
  shard: number;
  loss: number | null;
  log_loss: number | null;
  reward: number | null;
}

/** Where a shadow arm said something else. */
export interface ShadowComparisonTable {
  project: string;
  rollout: string;
  prediction: string;
  at: number;
  answered_json: string;
  shadow_json: string;
}

interface GatewayHour {
  project: string;
  /** When the hour began. */
  at: number;
  provider: string;
  model: string;
  /** Of a route or an endpoint; empty where the model was asked for by its name. */
  route: string;
  /** A pseudonym; empty where nobody was named. */
  user_key: string;
}

/** What language models were asked within an hour. */
export interface GatewayUsageTable extends GatewayHour {
  calls: number;
  failures: number;
  cached: number;
  input_tokens: number;
  output_tokens: number;
  /** Billionths of a dollar. */
  cost_units: number;
}

/** How long it took: calls by place, four to a power of two of microseconds. */
export interface GatewayLatencyTable extends GatewayHour {
  place: number;
  calls: number;
}

/** A request that named itself, and what it was answered. */
export interface IdempotencyKeyTable {
  project: string;
  endpoint: string;
  key: string;
  /** Digest of what was asked. */
  body: string;
  /** Null while it is being computed. */
  answer_json: string | null;
  at: number;
}
