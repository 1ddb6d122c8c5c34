/** What serving records beyond a prediction: which arm of which rollout answered, and requests that must not count twice. */
const PREDICTIONS: readonly string[] = [
  'ALTER TABLE prediction ADD COLUMN rollout TEXT',
  'ALTER TABLE prediction ADD COLUMN propensity DOUBLE PRECISION',
  'ALTER TABLE prediction ADD COLUMN unit_key TEXT',
  'CREATE INDEX prediction_of_rollout ON prediction (project, rollout, arm, at) WHERE rollout IS NOT NULL',
  `CREATE TABLE idempotency_key (project TEXT NOT NULL, endpoint TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
     answer_json TEXT, at BIGINT NOT NULL, PRIMARY KEY (project, endpoint, key))`,
  'CREATE INDEX idempotency_key_by_time ON idempotency_key (project, at)',
];

const ROLLOUTS: readonly string[] = [
  `CREATE TABLE rollout (project TEXT NOT NULL, id TEXT NOT NULL, endpoint TEXT NOT NULL, number INTEGER NOT NULL,
     plan_json TEXT NOT NULL, arms_json TEXT NOT NULL, slow_us BIGINT, state TEXT NOT NULL, step INTEGER NOT NULL,
     reason TEXT NOT NULL, sentence TEXT NOT NULL, started_at BIGINT NOT NULL, ended_at BIGINT, driver TEXT,
     driven_until BIGINT NOT NULL, labels_revision BIGINT NOT NULL,
     feedback_until BIGINT NOT NULL, PRIMARY KEY (project, id),
     UNIQUE (project, endpoint, number))`,
  'CREATE INDEX rollout_open ON rollout (project, endpoint) WHERE ended_at IS NULL',
  `CREATE TABLE rollout_event (project TEXT NOT NULL, rollout TEXT NOT NULL, sequence INTEGER NOT NULL,
     at BIGINT NOT NULL, event_json TEXT NOT NULL, PRIMARY KEY (project, rollout, sequence))`,
  `CREATE TABLE rollout_sample (project TEXT NOT NULL, rollout TEXT NOT NULL, phase INTEGER NOT NULL, arm TEXT NOT NULL,
     shard INTEGER NOT NULL, requests BIGINT NOT NULL, failures BIGINT NOT NULL, refused BIGINT NOT NULL,
     invalid BIGINT NOT NULL, slow BIGINT NOT NULL, disagreed BIGINT NOT NULL, dropped BIGINT NOT NULL, latency_n BIGINT NOT NULL,
     latency_sum DOUBLE PRECISION NOT NULL, latency_squares DOUBLE PRECISION NOT NULL, score_n BIGINT NOT NULL,
     score_sum DOUBLE PRECISION NOT NULL, score_squares DOUBLE PRECISION NOT NULL, cost_n BIGINT NOT NULL,
     cost_sum DOUBLE PRECISION NOT NULL, cost_squares DOUBLE PRECISION NOT NULL,
     PRIMARY KEY (project, rollout, phase, arm, shard))`,
  `CREATE TABLE rollout_latency (project TEXT NOT NULL, rollout TEXT NOT NULL, arm TEXT NOT NULL, bucket INTEGER NOT NULL,
     requests BIGINT NOT NULL, PRIMARY KEY (project, rollout, arm, bucket))`,
  `CREATE TABLE rollout_incident (project TEXT NOT NULL, rollout TEXT NOT NULL, phase INTEGER NOT NULL,
     kind TEXT NOT NULL, arm TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (project, rollout, phase, kind, arm, unit))`,
  `CREATE TABLE rollout_outcome (project TEXT NOT NULL, rollout TEXT NOT NULL, prediction TEXT NOT NULL,
     phase INTEGER NOT NULL, arm TEXT NOT NULL, shard INTEGER NOT NULL, loss DOUBLE PRECISION, log_loss DOUBLE PRECISION,
     reward DOUBLE PRECISION, PRIMARY KEY (project, rollout, prediction))`,
  `CREATE TABLE shadow_comparison (project TEXT NOT NULL, rollout TEXT NOT NULL, prediction TEXT NOT NULL,
     at BIGINT NOT NULL, answered_json TEXT NOT NULL, shadow_json TEXT NOT NULL,
     PRIMARY KEY (project, rollout, prediction))`,
];

const GATEWAY_HOUR = `project TEXT NOT NULL, at BIGINT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, route TEXT NOT NULL,
     user_key TEXT NOT NULL`;

/** Calls to language models by hour, provider, model, route and user; cost in billionths of a dollar. */
const GATEWAY: readonly string[] = [
  `CREATE TABLE gateway_usage (${GATEWAY_HOUR}, calls BIGINT NOT NULL, failures BIGINT NOT NULL, cached BIGINT NOT NULL,
     input_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL, cost_units BIGINT NOT NULL,
     PRIMARY KEY (project, at, provider, model, route, user_key)) WITHOUT ROWID`,
  `CREATE TABLE gateway_latency (${GATEWAY_HOUR}, place INTEGER NOT NULL, calls BIGINT NOT NULL,
     PRIMARY KEY (project, at, provider, model, route, user_key, place)) WITHOUT ROWID`,
];

const SCORING: readonly string[] = [];

export const serving: readonly string[] = [...PREDICTIONS, ...ROLLOUTS, ...GATEWAY, ...SCORING];
