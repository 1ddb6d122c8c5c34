export { captureSource } from './capture-source.ts';
export { countRuns } from './count-runs.ts';
export { endRun } from './end-run.ts';
export { getRun } from './get-run.ts';
export { latestMetrics } from './latest-metrics.ts';
export { listReaders, type RunSummary } from './list-readers.ts';
export { listRuns } from './list-runs.ts';
export { logArtifact } from './log-artifact.ts';
export { logMetrics } from './log-metrics.ts';
export { metricHistory } from './metric-history.ts';
export { readArtifact } from './read-artifact.ts';
export { findRun } from './run-rows.ts';
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
} from './schema.ts';
export { setParams } from './set-params.ts';
export { setTags } from './set-tags.ts';
export { startRun } from './start-run.ts';
