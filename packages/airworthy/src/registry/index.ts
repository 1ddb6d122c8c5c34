export { type OpenedBundle, openBundle } from './bundle/open-bundle.ts';
export { packBundle } from './bundle/pack-bundle.ts';
export type { PackedBundle, PackInput } from './bundle/pack-input.ts';
export { readBundleFile } from './bundle/read-bundle-file.ts';
export { verifyBundle } from './bundle/verify-bundle.ts';
export { findAlias } from './models/find-alias.ts';
export { getModelVersion } from './models/get-version.ts';
export { listModels } from './models/list-models.ts';
export { registerVersion } from './models/register-version.ts';
export { resolveAlias } from './models/resolve-alias.ts';
export { rollback } from './models/rollback.ts';
export { setAlias } from './models/set-alias.ts';
export { showModel } from './models/show-model.ts';
export {
  type AliasMove,
  AliasName,
  type Bundle,
  CardConfig,
  type Check,
  Manifest,
  type ModelDetails,
  ModelName,
  type ModelSummary,
  type ModelVersion,
  RegisterVersion,
  RegistryConfig,
  Rollback,
  SetAlias,
  type Verification,
  type VersionVerdict,
} from './schema.ts';
export type { Golden, GoldenPair } from './scoring/golden.ts';
export { type OpenScorer, openScorer } from './scoring/open-scorer.ts';
export type { ReferenceProfile } from './scoring/reference-profile.ts';
