/** The tables of suites, their verdicts and human review; part of `Schema`. */

/** One evaluation of a suite. The same `key` (spec, cases, tasks, seed) continues the evaluation that has it and is not finished. */
export interface SuiteEvaluationTable {
  project: string;
  id: string;
  suite: string;
  /** 1, 2, 3 … within the suite. */
  number: number;
  key: string;
  spec_json: string;
  dataset_version: string | null;
  role: 'dev' | 'regression' | 'held-out';
  cases_digest: string;
  cases: number;
  trials: number;
  seed: string;
  cache: 'off' | 'auto' | 'record' | 'strict';
  /** `stopped`: a budget, a signal; the same command goes on. */
  state: 'running' | 'finished' | 'stopped';
  reason: string | null;
  outcome: 'pass' | 'fail' | 'undecided' | 'error' | null;
  report_json: string | null;
  actor: string;
  started_at: number;
  ended_at: number | null;
}

/** What was evaluated: one prompt, model or function of the suite, with the run its metrics are on. */
export interface EvaluationTaskTable {
  project: string;
  evaluation: string;
  name: string;
  position: number;
  digest: string;
  spec_json: string;
  run: string;
}

export interface EvaluationCaseTable {
  project: string;
  evaluation: string;
  position: number;
  id: string;
  cluster_key: string | null;
  /** The case this one is a perturbation of. */
  parent: string | null;
  input_json: string;
  expected_json: string | null;
  metadata_json: string;
  /** The slices it is in: `{"lang":"de","long":"yes"}`. */
  slices_json: string;
}

/** What a task gave for a case; append-only. */
export interface CaseResultTable {
  project: string;
  evaluation: string;
  task: string;
  position: number;
  trial: number;
  status: 'ok' | 'error' | 'timeout';
  output_json: string | null;
  /** Of an error. */
  code: string | null;
  message: string | null;
  attempts: number;
  latency_us: number | null;
  /** 1: answered from the cache or from recordings, and so left out of latency and cost. */
  cached: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cost: number | null;
  /** Keys of the model calls made for it. */
  calls_json: string;
  ended_at: number;
}

export interface ScoreTable {
  project: string;
  evaluation: string;
  task: string;
  position: number;
  trial: number;
  metric: string;
  status: 'scored' | 'skipped' | 'unscorable' | 'error';
  value: number | null;
  label: string | null;
  /** Typed error code of a wrong answer, such as `missing-argument`. */
  code: string | null;
  /** Sufficient statistics that add up over cases. */
  sums_json: string | null;
  /** Rationale, evidence, reason. */
  detail_json: string | null;
}

/** Append-only; the newest row of a name is where it points. */
export interface BaselineTable {
  project: string;
  suite: string;
  name: string;
  sequence: number;
  evaluation: string;
  task: string;
  actor: string;
  reason: string;
  at: number;
}

/** One look at held-out rows; written before the look, its outcome after it. */
export interface HeldOutLookTable {
  project: string;
  id: string;
  dataset_version: string;
  suite: string;
  evaluation: string;
  task: string;
  task_digest: string;
  number: number;
  budget: number;
  gates_json: string;
  outcome: 'pass' | 'fail' | 'undecided' | 'error' | null;
  dev_json: string | null;
  held_out_json: string | null;
  actor: string;
  at: number;
}

export interface ModelCallTable {
  project: string;
  key: string;
  endpoint: string;
  model: string;
  /** What the key is made of, by name, each as its digest or its short value. */
  parts_json: string;
  response_json: string;
  created_at: number;
}

export interface ReviewQueueTable {
  project: string;
  name: string;
  questions_json: string;
  guideline: string;
  guideline_version: number;
  reviewers: number;
  lease_seconds: number;
  source_json: string;
  seed: string;
  state: 'open' | 'closed';
  actor: string;
  created_at: number;
}

export interface QueueItemTable {
  project: string;
  queue: string;
  id: string;
  position: number;
  payload_json: string;
  probability: number;
  gold_json: string | null;
  /** Who settled it, and how; of an adjudicated item. */
  adjudication_json: string | null;
  state: 'open' | 'done' | 'adjudicated';
}

export interface ReviewLeaseTable {
  project: string;
  queue: string;
  item: string;
  reviewer: string;
  expires_at: number;
}

export interface AnnotationTable {
  project: string;
  queue: string;
  item: string;
  reviewer: string;
  state: 'draft' | 'submitted' | 'discarded';
  answers_json: string;
  guideline_version: number;
  seconds: number | null;
  at: number;
}

export interface JudgeCalibrationTable {
  project: string;
  /** Digest of judge, prompt, rubric and parameters. */
  judge: string;
  sequence: number;
  record_json: string;
  actor: string;
  at: number;
}

export interface ExplanationTable {
  project: string;
  id: string;
  model: string;
  bundle: string;
  spec_json: string;
  result_json: string;
  created_at: number;
}

/** What a gate of a suite said. */
export interface SuiteVerdictTable {
  project: string;
  id: string;
  suite: string;
  evaluation: string;
  task: string;
  run: string;
  gate: string;
  /** Within the evaluation. */
  position: number;
  outcome: 'pass' | 'fail' | 'undecided' | 'error';
  verdict_json: string;
  created_at: number;
}
