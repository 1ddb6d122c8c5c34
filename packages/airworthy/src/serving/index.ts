export { createEndpoints, type EndpointsOptions } from './endpoints/create-endpoints.ts';
export type {
  AnsweredBy,
  EndpointDescription,
  Endpoints,
  GenerateResult,
  InferResult,
  PredictOptions,
  PredictResult,
  PredictTableResult,
  ResidentRelease,
} from './endpoints/endpoints.ts';
export { type ChampionWatch, followChampions } from './endpoints/follow-champions.ts';
export { type ListDeployments, listDeployments } from './endpoints/list-deployments.ts';
export { readEvidence } from './endpoints/read-evidence.ts';
export { ARM, currentDeployment, currentDeployments } from './endpoints/record-deployment.ts';
export { DeployRequest, resolveRelease } from './endpoints/resolve-release.ts';
export type { Assignment, Router, ShadowAnswer } from './endpoints/router.ts';
export { type ExportOptions, exportRelease } from './export/export-release.ts';
export { ExportRecord, ExportTarget } from './export/schema.ts';
export { GatewayConfig } from './gateway/config.ts';
export { createGateway } from './gateway/create-gateway.ts';
export { eraseUsage } from './gateway/erase-usage.ts';
export { readFormField } from './gateway/form-field.ts';
export {
  CALL_PATHS,
  type CallPath,
  type Gateway,
  type GatewayAnswer,
  type GatewayCall,
  type GatewayRequest,
} from './gateway/gateway.ts';
export { passOn } from './gateway/pass-on.ts';
export { BudgetState, GatewayUsage, RouteSummary, UsageKey, UsageQuery } from './gateway/schema.ts';
export { passedHeaders } from './gateway/target-request.ts';
export {
  describeConfig,
  describeModel,
  EXTENSIONS,
  type ModelConfig,
  type ModelMetadata,
} from './inference/describe-model.ts';
export { type GenerateCall, generateText } from './inference/generate-text.ts';
export { type InferAnswer, type InferCall, inferTensors } from './inference/infer-tensors.ts';
export {
  defaultRelease,
  listRepository,
  loadModel,
  type Repository,
  type RepositoryEntry,
  refuseFiles,
  unloadModel,
} from './inference/model-repository.ts';
export {
  type ModelStatistics,
  modelStatistics,
  type StatisticDuration,
} from './inference/model-statistics.ts';
export { optionsFromHeaders, withTimeout } from './inference/options-from-headers.ts';
export { rawTensor } from './inference/raw-tensor.ts';
export { refuseExtensions } from './inference/refuse-extensions.ts';
export { observeRequests, type RequestObservation } from './observation/observe-requests.ts';
export {
  eraseAnswers,
  erasePredictions,
  keptAnswers,
  predictionsOf,
  predictionsOfTrace,
} from './prediction-log/erase-predictions.ts';
export {
  joinObservers,
  type PredictionObserver,
  type ServedBy,
  type ServedFailure,
  type ServedPrediction,
} from './prediction-log/observe-predictions.ts';
export type { PredictionLogCounts } from './prediction-log/prediction-log.ts';
export { prunePredictions } from './prediction-log/prune-predictions.ts';
export { businessKeyOf } from './records/business-key.ts';
export { createRecordCheck, type JsonRecord, type RecordCheck } from './records/check-records.ts';
export { describeRollout } from './rollouts/describe-rollout.ts';
export type { RolloutPorts } from './rollouts/drive-rollout.ts';
export { followRollouts, type RolloutWatch } from './rollouts/follow-rollouts.ts';
export { RolloutConfig, RolloutPlan } from './rollouts/plan-schema.ts';
export { listRollouts, openRollouts, type Rollout, readRollout } from './rollouts/rollout-rows.ts';
export { createRolloutSampler, type RolloutSampler } from './rollouts/rollout-sampler.ts';
export { RolloutDetail, RolloutSummary, StartRollout, SteerRollout } from './rollouts/schema.ts';
export { startRollout } from './rollouts/start-rollout.ts';
export { type RolloutAct, steerRollout } from './rollouts/steer-rollout.ts';
export type { ArmOutcome, OutcomeReader } from './rollouts/take-outcomes.ts';
export { openGraphRuntime } from './runtimes/graph-runtime.ts';
export { loadRelease } from './runtimes/load-release.ts';
export type { FunctionMeans, RunningStage, Stage } from './runtimes/processes/stage-recorder.ts';
export { compileOutput } from './runtimes/read-answers.ts';
export {
  askRecord,
  askTensors,
  isAlike,
  type ServiceGolden,
  type ServiceGoldenPair,
} from './runtimes/replay-service.ts';
export type { GeneratedPiece, Runtime, RuntimeKind, Tensor, TensorData } from './runtimes/runtime.ts';
export { COMMAND_FILES, type FunctionSpec, GoldenCase, RuntimeSpec } from './runtimes/schema.ts';
export { openService, type ServiceMeans } from './runtimes/service-runtime.ts';
export {
  Deployment,
  DeploymentRecord,
  EndpointName,
  EndpointStatus,
  Evidence,
  FieldProblem,
  LoggedPrediction,
  Release,
  ServingConfig,
} from './schema.ts';
export { findRelease, type WantedRelease } from './scoring/find-release.ts';
export { type FollowCounts, type FollowOptions, followStream } from './scoring/follow/follow-stream.ts';
export { openStreams, type StreamAddresses, type Streams } from './scoring/follow/open-streams.ts';
export { RejectedRow, ScoreReport, type ScoreRequest } from './scoring/schema.ts';
export { scoreFiles } from './scoring/score-files.ts';
export { createStatistics, type Statistics } from './statistics/create-statistics.ts';
export type { BatchTotals, ReleaseTotals } from './statistics/release-totals.ts';
export type { RequestCounter, RequestFigures, RequestOutcome } from './statistics/request-figures.ts';
export { ArmFigures, EndpointFigures, FigurePoint } from './statistics/schema.ts';
export { tensorFromBytes, tensorToBytes } from './tensors/binary-tensors.ts';
export { countElements } from './tensors/count-elements.ts';
export { tensorFromJson, tensorToJson } from './tensors/json-tensors.ts';
export { tensorFromNumbers } from './tensors/tensor-from-numbers.ts';
export { tensorProblem } from './tensors/tensor-problem.ts';
