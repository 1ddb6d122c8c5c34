export type { PredictOptions, PredictResult } from './answer-request.ts';
export { businessKeyOf } from './business-key.ts';
export { createRecordCheck, type JsonRecord } from './check-records.ts';
export { createEndpoints, type Endpoints, type EndpointsOptions } from './create-endpoints.ts';
export { type ChampionWatch, followChampions } from './follow-champions.ts';
export { type ListDeployments, listDeployments } from './list-deployments.ts';
export {
  joinObservers,
  type PredictionObserver,
  type ServedBy,
  type ServedFailure,
  type ServedPrediction,
} from './observe-predictions.ts';
export type { PredictionLogCounts } from './prediction-log.ts';
export { prunePredictions } from './prune-predictions.ts';
export { readEvidence } from './read-evidence.ts';
export { ARM, currentDeployment, currentDeployments } from './record-deployment.ts';
export { DeployRequest, resolveRelease } from './resolve-release.ts';
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
export { parseTraceparent } from './trace-id.ts';
