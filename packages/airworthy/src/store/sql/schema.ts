import type { Generated } from 'kysely';
import type { ErasureTables } from './erasure-tables.ts';
import type {
  AnnotationTable,
  BaselineTable,
  CaseResultTable,
  EvaluationCaseTable,
  EvaluationTaskTable,
  ExplanationTable,
  HeldOutLookTable,
  JudgeCalibrationTable,
  ModelCallTable,
  QueueItemTable,
  ReviewLeaseTable,
  ReviewQueueTable,
  ScoreTable,
  SuiteEvaluationTable,
  SuiteVerdictTable,
} from './evaluation-tables.ts';
import type { ServingTables } from './serving-tables.ts';
import type {
  AssessmentTable,
  CoveredSpanTable,
  EvaluationDatasetExperimentTable,
  EvaluationDatasetRecordTable,
  EvaluationDatasetTable,
  EvaluationDatasetTagTable,
  ExperimentTable,
  ExperimentTagTable,
  ImportedItemTable,
  LoggedDatasetTable,
  LoggedModelMetricTable,
  LoggedModelParamTable,
  LoggedModelTable,
  LoggedModelTagTable,
  MetricPointTable,
  MetricRollupTable,
  MetricSeriesTable,
  ModelTagTable,
  ModelVersionTable,
  ModelVersionTagTable,
  ReproductionTable,
  RunCaptureTable,
  RunDatasetTable,
  RunFileTable,
  RunLogTable,
  RunModelTable,
  SavedViewTable,
  ScorerTable,
  SpanOriginTable,
  SpanTable,
  TraceMetadataTable,
  TraceRunTable,
  TraceTable,
  TraceTagTable,
  WebhookDeliveryTable,
  WebhookTable,
} from './tracking-tables.ts';

/**
 * The tables, as Kysely sees them. One schema for SQLite and PostgreSQL: text, integers (times are
 * milliseconds since the epoch, UTC), doubles, and JSON as text. Every key carries its project.
 */
export interface Schema extends ServingTables, ErasureTables {
  project: ProjectTable;
  dataset: DatasetTable;
  dataset_version: DatasetVersionTable;
  source_file: SourceFileTable;
  split: SplitTable;
  experiment: ExperimentTable;
  run: RunTable;
  run_input: RunInputTable;
  param: ParamTable;
  tag: TagTable;
  metric_point: MetricPointTable;
  artifact: ArtifactTable;
  evaluation: EvaluationTable;
  verdict: VerdictTable;
  bundle: BundleTable;
  model: ModelTable;
  model_version: ModelVersionTable;
  alias_history: AliasHistoryTable;
  endpoint: EndpointTable;
  deployment: DeploymentTable;
  prediction: PredictionTable;
  monitoring_window: MonitoringWindowTable;
  window_report: WindowReportTable;
  signal: SignalTable;
  alert: AlertTable;
  notification: NotificationTable;
  accepted_reference: AcceptedReferenceTable;
  maintenance: MaintenanceTable;
  label: LabelTable;
  outcome: OutcomeTable;
  feedback: FeedbackTable;
  review_item: ReviewItemTable;
  improvement: ImprovementTable;
  journal_step: JournalStepTable;
  audit_entry: AuditEntryTable;
  experiment_tag: ExperimentTagTable;
  metric_series: MetricSeriesTable;
  metric_rollup: MetricRollupTable;
  logged_dataset: LoggedDatasetTable;
  run_dataset: RunDatasetTable;
  logged_model: LoggedModelTable;
  logged_model_param: LoggedModelParamTable;
  logged_model_tag: LoggedModelTagTable;
  logged_model_metric: LoggedModelMetricTable;
  run_model: RunModelTable;
  model_tag: ModelTagTable;
  model_version_tag: ModelVersionTagTable;
  webhook: WebhookTable;
  webhook_delivery: WebhookDeliveryTable;
  span: SpanTable;
  span_origin: SpanOriginTable;
  covered_span: CoveredSpanTable;
  trace: TraceTable;
  trace_tag: TraceTagTable;
  trace_metadata: TraceMetadataTable;
  trace_run: TraceRunTable;
  assessment: AssessmentTable;
  evaluation_dataset: EvaluationDatasetTable;
  evaluation_dataset_tag: EvaluationDatasetTagTable;
  evaluation_dataset_record: EvaluationDatasetRecordTable;
  evaluation_dataset_experiment: EvaluationDatasetExperimentTable;
  scorer: ScorerTable;
  run_capture: RunCaptureTable;
  run_log: RunLogTable;
  run_file: RunFileTable;
  reproduction: ReproductionTable;
  imported_item: ImportedItemTable;
  saved_view: SavedViewTable;
  suite_evaluation: SuiteEvaluationTable;
  evaluation_task: EvaluationTaskTable;
  evaluation_case: EvaluationCaseTable;
  case_result: CaseResultTable;
  score: ScoreTable;
  suite_verdict: SuiteVerdictTable;
  baseline: BaselineTable;
  held_out_look: HeldOutLookTable;
  model_call: ModelCallTable;
  review_queue: ReviewQueueTable;
  queue_item: QueueItemTable;
  review_lease: ReviewLeaseTable;
  annotation: AnnotationTable;
  judge_calibration: JudgeCalibrationTable;
  explanation: ExplanationTable;
}

export interface ProjectTable {
  name: string;
  config_digest: string;
  created_at: number;
}

export interface DatasetTable {
  project: string;
  name: string;
  created_at: number;
}

export interface DatasetVersionTable {
  project: string;
  dataset: string;
  digest: string;
  /** 1, 2, 3 … within the dataset. */
  number: number;
  rows: number;
  schema_json: string;
  source_json: string;
  profile_json: string;
  findings_json: string;
  /** Dataset versions, run, predictions and labels this was made from. */
  made_from_json: string;
  /** Blob of the canonical Parquet. */
  blob: string;
  actor: string;
  created_at: number;
  /** When its content was erased, and what took its place; null while it is there. */
  erased_json: string | null;
}

/** What a source's files looked like when they were last read: unchanged files cost a stat. */
export interface SourceFileTable {
  project: string;
  /** Digest of the recipe: paths, columns, filter, sample. */
  recipe: string;
  stat_json: string;
  digest: string;
}

export interface SplitTable {
  project: string;
  digest: string;
  dataset_version: string;
  spec_json: string;
  counts_json: string;
  /** Blob: one byte a row, the role's index in spec order. */
  blob: string;
  created_at: number;
}

export interface RunTable {
  project: string;
  id: string;
  experiment: string;
  name: string;
  status: 'scheduled' | 'running' | 'finished' | 'failed' | 'killed';
  parent_run: string | null;
  source_json: string;
  inputs_json: string;
  outputs_json: string;
  actor: string;
  started_at: number;
  ended_at: number | null;
  lifecycle: Generated<'active' | 'deleted'>;
  deleted_at: number | null;
  user_id: Generated<string>;
  /** The run that this one repeats. */
  reproduces: string | null;
}

/** What a run read, by digest: `inputs_json` the other way round. */
export interface RunInputTable {
  project: string;
  digest: string;
  run: string;
  kind: string;
}

export interface ParamTable {
  project: string;
  run: string;
  key: string;
  value: string;
  /** What the value is as a decimal number; null where it is none. */
  number: number | null;
}

export interface TagTable {
  project: string;
  run: string;
  key: string;
  value: string;
}

/** Owner: a run, a logged model (`m-…`), a trace (`tr-…`), or empty for paths that belong to none. */
export interface ArtifactTable {
  project: string;
  owner: string;
  path: string;
  digest: string;
  size: number;
}

export interface EvaluationTable {
  project: string;
  id: string;
  run: string;
  dataset_version: string;
  split: string;
  role: string;
  report_json: string;
  created_at: number;
}

export interface VerdictTable {
  project: string;
  id: string;
  run: string;
  /** Bundle digest of the champion, or null for the trivial baseline. */
  baseline: string | null;
  outcome: 'pass' | 'fail' | 'undecided';
  verdict_json: string;
  created_at: number;
}

export interface BundleTable {
  project: string;
  digest: string;
  run: string;
  manifest_json: string;
  size: number;
  created_at: number;
}

export interface ModelTable {
  project: string;
  name: string;
  description: Generated<string>;
  created_at: number;
  updated_at: Generated<number>;
}

/** Append-only; the newest row of an alias is where it points. version 0 means: removed. */
export interface AliasHistoryTable {
  project: string;
  sequence: number;
  model: string;
  alias: string;
  version: number;
  actor: string;
  reason: string;
  at: number;
}

export interface EndpointTable {
  project: string;
  name: string;
  model: string;
  created_at: number;
}

/** Which bundle an endpoint served, from when to when. ended_at null: serves now. */
export interface DeploymentTable {
  project: string;
  id: string;
  endpoint: string;
  model: string;
  version: number;
  bundle: string;
  arm: string;
  actor: string;
  reason: string;
  started_at: number;
  ended_at: number | null;
}

export interface PredictionTable {
  project: string;
  id: string;
  endpoint: string;
  model: string;
  version: number;
  arm: string;
  record_json: string;
  output_json: string;
  latency_us: number;
  at: number;
  /** Canonical JSON of the record's business key; null where the endpoint declares none. */
  business_key: string | null;
  /** The rollout whose arm answered, how probable that arm was for the request, and what was assigned (a person, a session). */
  rollout: string | null;
  propensity: number | null;
  unit_key: string | null;
  /** Pseudonym of the person it is about or was made for, where the caller named one. */
  subject: string | null;
}

/** Sketches of what was served in an hour or a day, and of the labels for it that are known. Rows add up. */
export interface MonitoringWindowTable {
  project: string;
  endpoint: string;
  model: string;
  version: number;
  arm: string;
  width: 'hour' | 'day';
  start: number;
  predictions: number;
  /** Predictions with a label by now. */
  labels: number;
  sketch_json: string | null;
  realised_json: string | null;
  updated_at: number;
}

/** What a window showed: once when it closed, once when its labels had matured. Never changed. */
export interface WindowReportTable {
  project: string;
  endpoint: string;
  model: string;
  version: number;
  arm: string;
  kind: 'closed' | 'matured';
  width: 'hour' | 'day' | 'week';
  start: number;
  ended_at: number;
  report_json: string;
  created_at: number;
}

/** How long a signal has been raised or quiet: what the alert policy remembers between windows. */
export interface SignalTable {
  project: string;
  endpoint: string;
  model: string;
  version: number;
  arm: string;
  name: string;
  state_json: string;
  updated_at: number;
}

export interface AlertTable {
  project: string;
  id: string;
  endpoint: string;
  model: string;
  version: number;
  arm: string;
  tier: 'page' | 'ticket' | 'digest';
  kind: string;
  state: 'open' | 'acknowledged' | 'resolved';
  title: string;
  evidence_json: string;
  opened_at: number;
  last_seen_at: number;
  resolved_at: number | null;
}

/** An alert on its way to one channel. */
export interface NotificationTable {
  project: string;
  id: string;
  alert: string;
  channel: string;
  payload_json: string;
  state: 'waiting' | 'delivered' | 'given-up';
  attempts: number;
  next_at: number;
  problem: string | null;
  created_at: number;
  ended_at: number | null;
}

/** A reference profile that replaced the bundle's own, by someone's decision; the highest number holds. */
export interface AcceptedReferenceTable {
  project: string;
  endpoint: string;
  bundle: string;
  number: number;
  blob: string;
  reason: string;
  actor: string;
  at: number;
}

export interface MaintenanceTable {
  project: string;
  id: string;
  endpoint: string;
  starts_at: number;
  ends_at: number;
  reason: string;
  actor: string;
}

/** Every label as it was sent, corrections included. `waiting`: no prediction it belongs to is known yet. */
export interface LabelTable {
  project: string;
  id: string;
  endpoint: string;
  prediction: string | null;
  business_key: string | null;
  value_json: string;
  source: string;
  known_at: number;
  received_at: number;
  actor: string;
  state: 'matched' | 'waiting' | 'expired';
}

/** The label that holds for a prediction: of all it was given, the one known last. */
export interface OutcomeTable {
  project: string;
  prediction: string;
  endpoint: string;
  label: string;
  value_json: string;
  predicted_at: number;
  known_at: number;
  /** Rises with each outcome written at the endpoint: what is new since a moment is what lies above a revision. */
  revision: number;
}

export interface FeedbackTable {
  project: string;
  id: string;
  endpoint: string;
  prediction: string;
  kind: 'thumb' | 'comment' | 'correction';
  value_json: string;
  source: string;
  actor: string;
  at: number;
}

export interface ReviewItemTable {
  project: string;
  id: string;
  endpoint: string;
  prediction: string;
  reason: string;
  /** With which a prediction such as this one was chosen. */
  probability: number;
  state: 'open' | 'done' | 'dropped';
  created_at: number;
  ended_at: number | null;
}

/** One turn of the loop: why it began, how far it is, what came of it. */
export interface ImprovementTable {
  project: string;
  id: string;
  endpoint: string;
  number: number;
  state: 'training' | 'judging' | 'awaiting-approval' | 'rolling-out' | 'promoted' | 'kept' | 'failed';
  trigger_json: string;
  facts_json: string;
  reason: string;
  actor: string;
  started_at: number;
  ended_at: number | null;
}

/** One step of a long piece of work, keyed by the content of its inputs. */
export interface JournalStepTable {
  project: string;
  key: string;
  work: string;
  step: string;
  state: 'running' | 'done' | 'failed';
  output_json: string | null;
  started_at: number;
  ended_at: number | null;
}

export interface AuditEntryTable {
  project: string;
  sequence: number;
  actor: string;
  action: string;
  object: string;
  reason: string;
  evidence: string;
  at: number;
  previous_hash: string;
  hash: string;
}
