export { constantScores, trivialOutput } from './baseline.ts';
export { type DecideGates, decideGates } from './decide-gate.ts';
export { type EvaluateModel, evaluateModel } from './evaluate-model.ts';
export { readTarget } from './read-outcomes.ts';
export {
  CalibrationBin,
  EvaluationConfig,
  EvaluationReport,
  Gate,
  type GateInput,
  Metric,
  MetricResult,
  ResidualQuantile,
  Slice,
  SliceResult,
  Verdict,
} from './schema.ts';
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
