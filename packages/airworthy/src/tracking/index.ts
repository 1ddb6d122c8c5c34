export {
  type ArtifactLocation,
  experimentArtifactUri,
  locateArtifact,
  locateArtifactUri,
  modelArtifactUri,
  runArtifactUri,
  traceArtifactUri,
  withinLocation,
} from './artifacts/artifact-location.ts';
export { requireArtifactPath } from './artifacts/artifact-path.ts';
export { deleteArtifacts } from './artifacts/delete-artifacts.ts';
export { findArtifact } from './artifacts/find-artifact.ts';
export { type ArtifactEntry, listArtifacts } from './artifacts/list-artifacts.ts';
export { logArtifact } from './artifacts/log-artifact.ts';
export {
  findModelArtifacts,
  findRunArtifacts,
  type OwnArtifacts,
  requireKeptHere,
} from './artifacts/owner-artifacts.ts';
export { putArtifact } from './artifacts/put-artifact.ts';
export { readArtifact } from './artifacts/read-artifact.ts';
export { abortUpload, beginUpload, completeUpload, putUploadPart } from './artifacts/upload-in-parts.ts';
export { requireRunOf } from './capture/capture-rows.ts';
export { captureSource } from './capture/capture-source.ts';
export { CaptureConfig } from './capture/config.ts';
export { type Delivery, deliverJournal } from './capture/deliver-journal.ts';
export { PARSED_TAG } from './capture/deliver-metrics.ts';
export { createPrintedMetricReader } from './capture/printed-metrics/create-printed-metric-reader.ts';
export type { PrintedPoint } from './capture/printed-metrics/printed-point.ts';
export { listRunFiles, readCapture, readLog } from './capture/read-capture.ts';
export {
  CaptureEnd,
  CaptureLevel,
  CaptureStart,
  FileFact,
  Interpreter,
  type JournalEntry,
  LockFile,
  LogChunk,
  LogStream,
  Package,
  ReadLog,
  Recorder,
  UntrackedFile,
} from './capture/schema.ts';
export { tendCaptures } from './capture/tend-captures.ts';
export { createExperiment } from './experiments/create-experiment.ts';
export { deleteExperiment, restoreExperiment } from './experiments/delete-experiment.ts';
export { deleteExperimentTag, setExperimentTags } from './experiments/experiment-tags.ts';
export { getExperiment, requireActiveExperiment } from './experiments/get-experiment.ts';
export { renameExperiment } from './experiments/rename-experiment.ts';
export type { Experiment } from './experiments/schema.ts';
export { searchExperiments } from './experiments/search-experiments.ts';
export { listRunDatasets, searchDatasets } from './logged-datasets/list-datasets.ts';
export { logDatasets } from './logged-datasets/log-datasets.ts';
export { type DatasetSummary, LoggedDataset, type RunDataset } from './logged-datasets/schema.ts';
export { createLoggedModel } from './logged-models/create-logged-model.ts';
export { deleteLoggedModel } from './logged-models/delete-logged-model.ts';
export { getLoggedModel } from './logged-models/get-logged-model.ts';
export { logModelMetrics } from './logged-models/log-model-metrics.ts';
export { logModelParams } from './logged-models/log-model-params.ts';
export { deleteModelTag, setModelTags } from './logged-models/model-tags.ts';
export { recordModel } from './logged-models/record-model.ts';
export { linkRunModels, listRunModels, type RunModel } from './logged-models/run-models.ts';
export type { LoggedModel, LoggedModelOrder, LoggedModelStatus } from './logged-models/schema.ts';
export { searchLoggedModels } from './logged-models/search-logged-models.ts';
export { setModelStatus } from './logged-models/set-model-status.ts';
export { logMetrics } from './metrics/log-metrics.ts';
export { metricCurve } from './metrics/metric-curve.ts';
export { metricHistory } from './metrics/metric-history.ts';
export { sampleSteps } from './metrics/sample-steps.ts';
export { createRedactor, type Redactor, redact } from './redaction/redact-text.ts';
export { redactValue } from './redaction/redact-value.ts';
export { ReproduceConfig } from './reproduce/config.ts';
export { judgeReproduction } from './reproduce/judge-reproduction.ts';
export { compareFacts, describeDifference } from './reproduce/list-differences.ts';
export { planReproduction } from './reproduce/plan-reproduction.ts';
export { type PreparedReproduction, prepareReproduction } from './reproduce/prepare-reproduction.ts';
export type { ProbedEnvironment } from './reproduce/probed-environment.ts';
export { listReproductions, recordReproduction } from './reproduce/record-reproduction.ts';
export { Difference, Reproduction, ReproductionPlan } from './reproduce/schema.ts';
export type { Compared } from './runs/compare-keys.ts';
export { compareRuns, type RunComparison } from './runs/compare-runs.ts';
export { countRuns, countRunsByExperiment } from './runs/count-runs.ts';
export { deleteRun, restoreRun } from './runs/delete-run.ts';
export { deleteTag } from './runs/delete-tag.ts';
export { diffPatches } from './runs/diff-patches.ts';
export { endRun } from './runs/end-run.ts';
export { exportRuns } from './runs/export-runs.ts';
export { getRun } from './runs/get-run.ts';
export { listReaders, type RunSummary } from './runs/list-readers.ts';
export { listRuns } from './runs/list-runs.ts';
export { logBatch } from './runs/log-batch.ts';
export { NAME_TAG } from './runs/run-name.ts';
export { findRun } from './runs/run-rows.ts';
export { setParams } from './runs/set-params.ts';
export { setTags } from './runs/set-tags.ts';
export { startRun } from './runs/start-run.ts';
export { updateRun } from './runs/update-run.ts';
export {
  Artifact,
  type EndStatus,
  type LatestMetric,
  ListRuns,
  MetricHistory,
  MetricInput,
  type MetricPoint,
  Params,
  Run,
  type RunDetails,
  RunId,
  RunLink,
  RunSource,
  RunStatus,
  StartRun,
  Tags,
  TrackingConfig,
} from './schema.ts';
export { compareColumn } from './search/compare-column.ts';
export {
  EVALUATION_DATASET_GRAMMAR,
  EXPERIMENT_GRAMMAR,
  type FilterClause,
  LOGGED_MODEL_GRAMMAR,
  MLFLOW_RUN_GRAMMAR,
  MODEL_VERSION_GRAMMAR,
  type OrderClause,
  REGISTERED_MODEL_GRAMMAR,
  RUN_GRAMMAR,
  TRACE_GRAMMAR,
} from './search/filter-grammar.ts';
export { parseFilter, parseOrderBy } from './search/filter-parser.ts';
export { listKeys } from './search/list-keys.ts';
export { listViews, SaveView, saveView } from './search/saved-views.ts';
export { type FoundRun, searchRuns } from './search/search-runs.ts';
export {
  type AssessmentChange,
  addAssessment,
  deleteAssessment,
  getAssessment,
  type NewAssessment,
  updateAssessment,
} from './traces/assessments/change-assessments.ts';
export type { StoredAttributes, StoredValue } from './traces/attribute-json.ts';
export type { ModelPrice, TracesConfig } from './traces/config.ts';
export { deleteTraces } from './traces/delete-traces.ts';
export { type ErasedTraces, eraseTraces, tracesBefore, tracesOf } from './traces/erase-traces.ts';
export { findExperiments } from './traces/find-experiments.ts';
export {
  type AttributeMap,
  type AttributeValue,
  type IncomingSpan,
  SPAN_KINDS,
  SPAN_STATUSES,
  type SpanEvent,
  type SpanLink,
  type SpanOrigin,
  type SpanTime,
} from './traces/incoming-span.ts';
export { type IngestResult, ingestSpans } from './traces/ingest-spans.ts';
export { linkTraces } from './traces/link-traces.ts';
export { listSessions } from './traces/list-sessions.ts';
export { listSpans } from './traces/list-spans.ts';
export { spacedJson } from './traces/preview.ts';
export { createPricer, type SpanPricer } from './traces/price-span.ts';
export { putTraceInfo, type TraceInfo } from './traces/put-trace-info.ts';
export { readSpan } from './traces/read-span.ts';
export { addDetails, readTrace, type TraceDetails } from './traces/read-trace.ts';
export { readTraceFile } from './traces/read-trace-file.ts';
export { type ExportedSpan, readWholeTrace } from './traces/read-whole-trace.ts';
export { AssessmentRecord, SessionSummary, Span, SpanSummary, Trace, TraceState } from './traces/schema.ts';
export { type SearchTraces, searchTraces } from './traces/search-traces.ts';
export { timeFromNanoseconds, toNanoseconds } from './traces/span-time.ts';
export { openPseudonyms, type Pseudonym } from './traces/subject-key.ts';
export { fromMlflowTraceId, toMlflowTraceId } from './traces/trace-rows.ts';
export { deleteTraceTag, setTraceTag } from './traces/trace-tags.ts';
