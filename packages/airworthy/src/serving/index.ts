export type { PredictResult } from './answer-request.ts';
export { createEndpoints, type Endpoints, type EndpointsOptions } from './create-endpoints.ts';
export { type ChampionWatch, followChampions } from './follow-champions.ts';
export type { PredictionLogCounts } from './prediction-log.ts';
export { prunePredictions } from './prune-predictions.ts';
export { readEvidence } from './read-evidence.ts';
export { currentDeployment, currentDeployments } from './record-deployment.ts';
export { DeployRequest, resolveRelease } from './resolve-release.ts';
export {
  Deployment,
  EndpointName,
  EndpointStatus,
  Evidence,
  FieldProblem,
  LoggedPrediction,
  Release,
  ServingConfig,
} from './schema.ts';
export { parseTraceparent } from './trace-id.ts';
