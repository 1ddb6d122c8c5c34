export type { PredictOptions, PredictResult } from './endpoints/answer-request.ts';
export { businessKeyOf } from './records/business-key.ts';
export { createRecordCheck, type JsonRecord } from './records/check-records.ts';
export { createEndpoints, type Endpoints, type EndpointsOptions } from './endpoints/create-endpoints.ts';
export { type ChampionWatch, followChampions } from './endpoints/follow-champions.ts';
export { type ListDeployments, listDeployments } from './endpoints/list-deployments.ts';
export {
  joinObservers,
  type PredictionObserver,
  type ServedBy,
  type ServedFailure,
  type ServedPrediction,
} from './prediction-log/observe-predictions.ts';
export type { PredictionLogCounts } from './prediction-log/prediction-log.ts';
export { prunePredictions } from './prediction-log/prune-predictions.ts';
export { readEvidence } from './endpoints/read-evidence.ts';
export { ARM, currentDeployment, currentDeployments } from './endpoints/record-deployment.ts';
export { DeployRequest, resolveRelease } from './endpoints/resolve-release.ts';
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
export { parseTraceparent } from './endpoints/trace-id.ts';
