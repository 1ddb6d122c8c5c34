export { constantScores, trivialOutput } from './baseline.ts';
export { bless } from './baselines/bless.ts';
export { getBaseline, type ListBaselines, listBaselines } from './baselines/get-baseline.ts';
export { Baseline, BlessRequest, MAIN_BASELINE } from './baselines/schema.ts';
export { parseFilter } from './cases/condition.ts';
export { planCases, roleReader } from './cases/plan-cases.ts';
export { readCaseFile } from './cases/read-case-file.ts';
export { openCases } from './cases/read-cases.ts';
export { openDatasetCases } from './cases/read-dataset-cases.ts';
export { columnOf } from './cases/slices.ts';
export { readCasesAt, readStoredCases, type StoredCase, storeCases } from './cases/store-cases.ts';
export { type SurveyedCases, surveyCases } from './cases/survey-cases.ts';
export { toCase } from './cases/to-case.ts';
export {
  deleteEvaluationDatasetTag,
  linkEvaluationDataset,
  setEvaluationDatasetTags,
  unlinkEvaluationDataset,
} from './datasets/change-dataset.ts';
export { createEvaluationDataset } from './datasets/create-dataset.ts';
export { deleteEvaluationDataset } from './datasets/delete-dataset.ts';
export { getEvaluationDataset } from './datasets/get-dataset.ts';
export { listEvaluationRecords } from './datasets/list-records.ts';
export { putEvaluationRecords } from './datasets/put-records.ts';
export type { EvaluationDataset, EvaluationRecord, EvaluationRecordInput } from './datasets/schema.ts';
export { searchEvaluationDatasets } from './datasets/search-datasets.ts';
export { type ComputedFigure, type DecideGates, decideGates } from './decide-gate.ts';
export { casesOfVersions, eraseCases, eraseQueueItems, eraseRecords } from './erasing/erase-cases.ts';
export {
  type Named,
  type SweptCase,
  sweepCases,
  sweepQueueItems,
  sweepRecords,
} from './erasing/sweep.ts';
export {
  analyseErrors,
  collectErrors,
  type ErrorCollector,
  type JudgedCase,
} from './error-analysis/analyse-errors.ts';
export { type CaseSelection, selectCases } from './error-analysis/select-cases.ts';
export { type EvaluateModel, evaluateModel } from './evaluate-model.ts';
export { explainRows } from './explaining/explain-rows.ts';
export { planSample } from './explaining/plan-sample.ts';
export {
  EXPLANATION_METHODS,
  Explanation,
  ExplanationItem,
  ExplanationMethod,
  type ExplanationResult,
  ExplanationSpec,
  type ExplanationSpecInput,
  SHAP_ALGORITHMS,
} from './explaining/schema.ts';
export {
  explanationId,
  findExplanation,
  getExplanation,
  listExplanations,
  saveExplanation,
} from './explaining/stored-explanations.ts';
export { shareCategories } from './explaining/tables.ts';
export { fairnessFigures } from './fairness/fairness-figures.ts';
export { fairnessTable, type MeasureFairness, measureFairness } from './fairness/measure-fairness.ts';
export {
  FAIRNESS_GAPS,
  FairnessConfig,
  FairnessGap,
  FairnessGapName,
  FairnessReport,
  FairnessTable,
} from './fairness/schema.ts';
export { checkGates } from './gates/check-gates.ts';
export { decideSequentially, decideSuiteGates } from './gates/decide-suite-gates.ts';
export type { GateBaseline, GateSlice, SuiteGateInput } from './gates/gate-input.ts';
export { isLetThrough } from './gates/let-through.ts';
export { type GatePlan, type PlanAssumptions, type PlanGates, planGates } from './gates/plan-gates.ts';
export { isRightOrWrong } from './gates/regression-gates.ts';
export { Outcome, Rule, SuiteGate } from './gates/schema.ts';
export { staleMetrics } from './gates/stale-metrics.ts';
export {
  type DatedSuiteVerdict,
  type ListSuiteVerdicts,
  listSuiteVerdicts,
  readSuiteVerdicts,
  saveSuiteVerdicts,
  worstOutcome,
} from './gates/stored-verdicts.ts';
export {
  type Corpus,
  describeOverlap,
  findOverlap,
  type NamedText,
  type Overlap,
  type OverlapReport,
} from './held-out/find-overlap.ts';
export { type BeginLook, beginLook, endLook, type ListLooks, listLooks } from './held-out/ledger.ts';
export { textOf } from './held-out/normalise-text.ts';
export { GapMetric, HeldOutLook } from './held-out/schema.ts';
export { type AutoevalsOptions, type AutoevalsScore, autoevals } from './judging/autoevals.ts';
export { type CalibrationInput, calibrateJudge, type JudgedAnswer } from './judging/calibrate-judge.ts';
export {
  type CalibrationPlace,
  findCalibration,
  listCalibrations,
  recordCalibration,
} from './judging/calibration-records.ts';
export { JudgeCalibration, JudgePolicy, RecordedCalibration } from './judging/calibration-schema.ts';
export { correctedMean, correctedRate } from './judging/corrected-rate.ts';
export { suiteJudges } from './judging/judge-model.ts';
export { type JudgeStanding, judgeStanding } from './judging/judge-standing.ts';
export { withRivals } from './judging/with-rivals.ts';
export { type CompareOptions, compareSamples, pairById } from './measuring/compare-samples.ts';
export { type EstimateOptions, estimateSample } from './measuring/estimate-sample.ts';
export type { MetricSample } from './measuring/metric-sample.ts';
export { meanMetric, sampleOfValues } from './measuring/sample-of-values.ts';
export { steadinessOf, type TrialValues } from './measuring/steadiness.ts';
export { assembleStream } from './model-calls/assemble-stream.ts';
export { stopsEvaluation } from './model-calls/call-errors.ts';
export {
  clearCachedCalls,
  countCachedCalls,
  type ListedCall,
  listCachedCalls,
} from './model-calls/call-store.ts';
export {
  type BoundCaller,
  type CallRecord,
  createModelCaller,
  type ModelCallerOptions,
  type SuiteModelCaller,
} from './model-calls/create-model-caller.ts';
export { type Deadline, startDeadline } from './model-calls/deadline.ts';
export { type CallProbe, createCallProbe, type ExplainedCall } from './model-calls/explain-calls.ts';
export { createMinuteWindow, type MinuteWindow } from './model-calls/minute-window.ts';
export { guessTokens, readTokens } from './model-calls/read-usage.ts';
export { recordingsFileOf } from './model-calls/recordings-file.ts';
export {
  CacheMode,
  type CallBudget,
  type CallLimits,
  type KeyParts,
  type Spent,
} from './model-calls/schema.ts';
export { githubAnnotations } from './outputs/github.ts';
export { renderHtml } from './outputs/html.ts';
export { renderJunit } from './outputs/junit.ts';
export { markdownMarker, renderMarkdown } from './outputs/markdown.ts';
export { type OutputToWrite, requireOutputPath, writeOutput } from './outputs/write-output.ts';
export { readTarget, toOutcomes } from './read-outcomes.ts';
export { buildReport } from './report/build-report.ts';
export { listCases } from './report/list-cases.ts';
export { type EvaluationPlace, listEvaluations, listSuites } from './report/list-evaluations.ts';
export { readCase } from './report/read-case.ts';
export { readEvidence, type TaskEvidence } from './report/read-evidence.ts';
export { readReport } from './report/read-report.ts';
export { readRows } from './report/read-rows.ts';
export { ERROR_RATE, readSamples } from './report/read-samples.ts';
export { CASES_SHOWN, CaseDetails, CaseItem, EvaluationItem, SuiteItem } from './report/read-schema.ts';
export {
  ErrorAnalysis,
  type SuiteMetric,
  SuiteReport,
  type SuiteVerdict,
  type TaskReport,
} from './report/schema.ts';
export {
  findSuiteEvaluation,
  getSuiteEvaluation,
  type SuiteEvaluation,
} from './report/suite-evaluation.ts';
export { adjudicateItem } from './review/adjudicate.ts';
export { ReviewAgreement } from './review/agreement-schema.ts';
export { annotateItem } from './review/annotate.ts';
export {
  type CalibrateFromQueue,
  type CorrectedTask,
  calibrateFromQueue,
} from './review/calibrate-from-queue.ts';
export { changeReviewQueue, type QueueChange } from './review/change-queue.ts';
export { createReviewQueue } from './review/create-queue.ts';
export { type ExportedQueue, exportReviewQueue } from './review/export-queue.ts';
export { getReviewQueue, listQueueItems, listReviewQueues } from './review/list-queues.ts';
export { measureAgreement } from './review/measure-agreement.ts';
export { nextReviewItem } from './review/next-item.ts';
export { readAnnotations } from './review/read-annotations.ts';
export {
  Adjudication,
  AdjudicationInput,
  Annotation,
  AnnotationInput,
  type Answers,
  HeldItem,
  ItemAnnotations,
  ItemId,
  Question,
  QueueItem,
  ReviewerName,
  ReviewQueue,
  ReviewQueueInput,
  ReviewQueueProgress,
} from './review/schema.ts';
export { measureRobustness } from './robustness/measure-robustness.ts';
export { perturbCases } from './robustness/perturb-cases.ts';
export {
  type CaseOrigin,
  type ComparableAnswer,
  comparableAnswer,
  robustnessMetrics,
  robustnessSamples,
} from './robustness/robustness-samples.ts';
export { checkPerturbations, Perturbation, type PerturbationInput } from './robustness/schema.ts';
export { beginEvaluation, discardEvaluation, forgetErrors } from './runner/begin-evaluation.ts';
export { endEvaluation, type Looks, stopEvaluation } from './runner/end-evaluation.ts';
export { isDecided } from './runner/is-decided.ts';
export { type RunEnd, runSuite } from './runner/run-suite.ts';
export { createRunningEstimate } from './runner/running-estimate.ts';
export {
  CalibrationBin,
  EvaluationConfig,
  EvaluationReport,
  Gate,
  type GateInput,
  GateMetric,
  Metric,
  MetricResult,
  ResidualQuantile,
  Slice,
  SliceResult,
  Verdict,
} from './schema.ts';
export { deleteScorer } from './scorers/delete-scorer.ts';
export { getScorer, listScorers, listScorerVersions } from './scorers/list-scorers.ts';
export { registerScorer } from './scorers/register-scorer.ts';
export type { ScorerVersion } from './scorers/schema.ts';
export { checkAssertions, createScorers } from './scoring/create-scorer.ts';
export type { MetricSpec, Score, Scorer, ScorerContext } from './scoring/scorer.ts';
export { gatesOf, metricsOf } from './select-metrics.ts';
export {
  combineOutcomes,
  type DatedVerdict,
  getReport,
  latestOutcomes,
  latestReports,
  listVerdicts,
  newestVerdicts,
} from './stored-evaluations.ts';
export { defineEval } from './suites/define-eval.ts';
export type { EvaluationCase } from './suites/evaluation-case.ts';
export type { EvaluationSpec } from './suites/evaluation-spec.ts';
export { findSuiteFiles, isSuiteFile, suiteNameOf } from './suites/find-suite-files.ts';
export { isPromptfoo } from './suites/is-promptfoo.ts';
export { type CaseInput, CaseRole, type SuiteDefinition, SuiteInput } from './suites/schema.ts';
export type { Suite } from './suites/suite.ts';
export { type AnyTaskInput, type CreateTaskOptions, createTask } from './tasks/create-task.ts';
export { readPrompt } from './tasks/read-prompt.ts';
export {
  BundleTaskInput,
  CommandTaskInput,
  EndpointTaskInput,
  ModelTaskInput,
  PromptInput,
} from './tasks/schema.ts';
export type {
  ModelCaller,
  ModelRequest,
  ModelResponse,
  Task,
  TaskContext,
  TaskOutput,
  ToolCall,
  TrajectoryStep,
  Usage,
} from './tasks/task.ts';
export { compileText, compileValue, type Template } from './tasks/template.ts';
