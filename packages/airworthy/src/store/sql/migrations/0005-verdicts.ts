const EVALUATION = 'project TEXT NOT NULL, evaluation TEXT NOT NULL';
const CASE = `${EVALUATION}, task TEXT NOT NULL, position BIGINT NOT NULL, trial INTEGER NOT NULL`;

/** The words of gates became the issue's own: what was stored under the older ones is read under the new. */
const RENAMED_RULES = [
  ['"rule":"better"', '"rule":"better-than"'],
  ['"rule":"no-worse"', '"rule":"no-worse-than"'],
].map(([before, now]) => `UPDATE verdict SET verdict_json = REPLACE(verdict_json, '${before}', '${now}')`);

/** Metrics of which lower is better: a floor under one was read as a ceiling, which is now said by `at-most`. */
const LOWER_IS_BETTER = 'log-loss brier ece rmse mae median-absolute-error mse mape smape'.split(' ');
const CEILINGS = LOWER_IS_BETTER.map(
  (metric) =>
    `UPDATE verdict SET verdict_json = REPLACE(verdict_json, '"rule":"at-least"', '"rule":"at-most"')
     WHERE verdict_json LIKE '%"metric":"${metric}"%'`,
);

/** Suites that were evaluated, case by case, what gates said of them, and what people say of single answers. */
export const verdicts: readonly string[] = [
  `CREATE TABLE suite_evaluation (project TEXT NOT NULL, id TEXT NOT NULL, suite TEXT NOT NULL, number INTEGER NOT NULL,
     key TEXT NOT NULL, spec_json TEXT NOT NULL, dataset_version TEXT, role TEXT NOT NULL, cases_digest TEXT NOT NULL,
     cases BIGINT NOT NULL, trials INTEGER NOT NULL, seed TEXT NOT NULL, cache TEXT NOT NULL, state TEXT NOT NULL,
     reason TEXT, outcome TEXT, report_json TEXT, actor TEXT NOT NULL, started_at BIGINT NOT NULL, ended_at BIGINT,
     PRIMARY KEY (project, id), UNIQUE (project, suite, number))`,
  `CREATE INDEX suite_evaluation_by_time ON suite_evaluation (project, started_at, id)`,
  `CREATE INDEX suite_evaluation_by_key ON suite_evaluation (project, suite, key)`,
  `CREATE TABLE evaluation_task (${EVALUATION}, name TEXT NOT NULL, position INTEGER NOT NULL, digest TEXT NOT NULL,
     spec_json TEXT NOT NULL, run TEXT NOT NULL, PRIMARY KEY (project, evaluation, name))`,
  `CREATE INDEX evaluation_task_of_run ON evaluation_task (project, run)`,
  `CREATE TABLE evaluation_case (${EVALUATION}, position BIGINT NOT NULL, id TEXT NOT NULL, cluster_key TEXT,
     parent TEXT, input_json TEXT NOT NULL, expected_json TEXT, metadata_json TEXT NOT NULL, slices_json TEXT NOT NULL,
     PRIMARY KEY (project, evaluation, position), UNIQUE (project, evaluation, id)) WITHOUT ROWID`,
  `CREATE TABLE case_result (${CASE}, status TEXT NOT NULL, output_json TEXT, code TEXT, message TEXT,
     attempts INTEGER NOT NULL, latency_us BIGINT, cached SMALLINT NOT NULL, input_tokens BIGINT, output_tokens BIGINT,
     cost DOUBLE PRECISION, calls_json TEXT NOT NULL, ended_at BIGINT NOT NULL,
     PRIMARY KEY (project, evaluation, task, position, trial)) WITHOUT ROWID`,
  `CREATE TABLE score (${CASE}, metric TEXT NOT NULL, status TEXT NOT NULL, value DOUBLE PRECISION, label TEXT, code TEXT,
     sums_json TEXT, detail_json TEXT, PRIMARY KEY (project, evaluation, task, metric, position, trial)) WITHOUT ROWID`,
  `CREATE TABLE suite_verdict (project TEXT NOT NULL, id TEXT NOT NULL, suite TEXT NOT NULL, evaluation TEXT NOT NULL,
     task TEXT NOT NULL, run TEXT NOT NULL, gate TEXT NOT NULL, position INTEGER NOT NULL, outcome TEXT NOT NULL,
     verdict_json TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (project, id))`,
  `CREATE INDEX suite_verdict_by_time ON suite_verdict (project, suite, created_at, id)`,
  `CREATE INDEX suite_verdict_of_evaluation ON suite_verdict (project, evaluation, position)`,
  ...RENAMED_RULES,
  ...CEILINGS,
  `CREATE TABLE baseline (project TEXT NOT NULL, suite TEXT NOT NULL, name TEXT NOT NULL, sequence INTEGER NOT NULL,
     evaluation TEXT NOT NULL, task TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL,
     PRIMARY KEY (project, suite, name, sequence))`,
  `CREATE TABLE held_out_look (project TEXT NOT NULL, id TEXT NOT NULL, dataset_version TEXT NOT NULL, suite TEXT NOT NULL,
     evaluation TEXT NOT NULL, task TEXT NOT NULL, task_digest TEXT NOT NULL, number INTEGER NOT NULL,
     budget INTEGER NOT NULL, gates_json TEXT NOT NULL, outcome TEXT, dev_json TEXT, held_out_json TEXT, actor TEXT NOT NULL,
     at BIGINT NOT NULL, PRIMARY KEY (project, id), UNIQUE (project, dataset_version, number))`,
  `CREATE TABLE model_call (project TEXT NOT NULL, key TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL,
     parts_json TEXT NOT NULL, response_json TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (project, key))`,

  `CREATE TABLE review_queue (project TEXT NOT NULL, name TEXT NOT NULL, questions_json TEXT NOT NULL,
     guideline TEXT NOT NULL, guideline_version INTEGER NOT NULL, reviewers INTEGER NOT NULL, lease_seconds INTEGER NOT NULL,
     source_json TEXT NOT NULL, seed TEXT NOT NULL, state TEXT NOT NULL, actor TEXT NOT NULL, created_at BIGINT NOT NULL,
     PRIMARY KEY (project, name))`,
  `CREATE TABLE queue_item (project TEXT NOT NULL, queue TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
     payload_json TEXT NOT NULL, probability DOUBLE PRECISION NOT NULL, gold_json TEXT, adjudication_json TEXT,
     state TEXT NOT NULL,
     PRIMARY KEY (project, queue, id))`,
  `CREATE INDEX queue_item_by_position ON queue_item (project, queue, state, position)`,
  `CREATE TABLE review_lease (project TEXT NOT NULL, queue TEXT NOT NULL, item TEXT NOT NULL, reviewer TEXT NOT NULL,
     expires_at BIGINT NOT NULL, PRIMARY KEY (project, queue, item, reviewer))`,
  `CREATE TABLE annotation (project TEXT NOT NULL, queue TEXT NOT NULL, item TEXT NOT NULL, reviewer TEXT NOT NULL,
     state TEXT NOT NULL, answers_json TEXT NOT NULL, guideline_version INTEGER NOT NULL, seconds DOUBLE PRECISION,
     at BIGINT NOT NULL, PRIMARY KEY (project, queue, item, reviewer))`,
  `CREATE TABLE judge_calibration (project TEXT NOT NULL, judge TEXT NOT NULL, sequence INTEGER NOT NULL,
     record_json TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (project, judge, sequence))`,
  `CREATE TABLE explanation (project TEXT NOT NULL, id TEXT NOT NULL, model TEXT NOT NULL, bundle TEXT NOT NULL,
     spec_json TEXT NOT NULL, result_json TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (project, id))`,
  `CREATE INDEX explanation_by_bundle ON explanation (project, bundle, created_at)`,
];
