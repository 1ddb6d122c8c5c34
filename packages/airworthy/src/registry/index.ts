export { type OpenedBundle, openBundle } from './bundle/open-bundle.ts';
export { packBundle } from './bundle/pack-bundle.ts';
export type { PackedBundle, PackInput } from './bundle/pack-input.ts';
export { readBundleFile, readManifest } from './bundle/read-bundle-file.ts';
export { readExample } from './bundle/read-example.ts';
export { verifyBundle } from './bundle/verify-bundle.ts';
export { findAlias } from './models/find-alias.ts';
export { findVersionsOfRun } from './models/find-versions-of-run.ts';
export { getModelVersion } from './models/get-version.ts';
export { listAliasMoves } from './models/list-alias-moves.ts';
export { getModel, listModels } from './models/list-models.ts';
export { type ListedVersion, listModelVersions } from './models/list-versions.ts';
export { registerVersion } from './models/register-version.ts';
export { resolveAlias } from './models/resolve-alias.ts';
export { rollback } from './models/rollback.ts';
export { setAlias } from './models/set-alias.ts';
export { showModel } from './models/show-model.ts';
export {
  AliasMove,
  AliasName,
  type Bundle,
  CardConfig,
  type Check,
  Manifest,
  ModelCard,
  type ModelDetails,
  ModelName,
  ModelSummary,
  ModelVersion,
  RegisterVersion,
  RegistryConfig,
  Rollback,
  SetAlias,
  type Verification,
  type VersionVerdict,
} from './schema.ts';
export type { Golden, GoldenPair } from './scoring/golden.ts';
export { type OpenScorer, openScorer } from './scoring/open-scorer.ts';
export { readReferenceProfile } from './scoring/read-reference-profile.ts';
export type { ReferenceColumn, ReferenceOutput, ReferenceProfile } from './scoring/reference-profile.ts';
