export { openEnvelope, sealStatement } from './bundle/envelope.ts';
export { importBundle } from './bundle/import-bundle.ts';
export { type OpenedBundle, openBundle } from './bundle/open-bundle.ts';
export { packBundle } from './bundle/pack-bundle.ts';
export type { PackedBundle, PackInput } from './bundle/pack-input.ts';
export { type PackServiceInput, packServiceBundle } from './bundle/pack-service-bundle.ts';
export { readBundleFile, readManifest } from './bundle/read-bundle-file.ts';
export { readExample } from './bundle/read-example.ts';
export { type Signer, signerOf } from './bundle/signer-of.ts';
export { findSigningKey, openSigningKey, type SigningKey } from './bundle/signing-key.ts';
export { verifyBundle } from './bundle/verify-bundle.ts';
export {
  type ErasedTraining,
  findErasedTraining,
  flagTrained,
  type TrainedModel,
  trainedModels,
} from './erased-training.ts';
export { attachBundle } from './models/attach-bundle.ts';
export { deleteModel, renameModel, updateModel } from './models/change-model.ts';
export { createModel } from './models/create-model.ts';
export { findAlias } from './models/find-alias.ts';
export { findVersionsOfRun } from './models/find-versions-of-run.ts';
export { getModelVersion } from './models/get-version.ts';
export { listAliasMoves } from './models/list-alias-moves.ts';
export { getModel, listModels } from './models/list-models.ts';
export { type ListedVersion, listModelVersions } from './models/list-versions.ts';
export { type ModelRecord, RegisteredName, type VersionRecord } from './models/model-schema.ts';
export { deleteModelTag, setModelTag } from './models/model-tags.ts';
export { readModel } from './models/read-model.ts';
export { registerVersion } from './models/register-version.ts';
export { removeAlias } from './models/remove-alias.ts';
export { resolveAlias } from './models/resolve-alias.ts';
export { rollback } from './models/rollback.ts';
export { setAlias } from './models/set-alias.ts';
export { showModel } from './models/show-model.ts';
export { isPacked, requirePacked } from './models/version-rows.ts';
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
  type ServableVersion,
  SetAlias,
  type Verification,
  type VersionVerdict,
} from './schema.ts';
export type { Golden, GoldenPair } from './scoring/golden.ts';
export { type OpenScorer, openScorer } from './scoring/open-scorer.ts';
export { readReferenceProfile } from './scoring/read-reference-profile.ts';
export type { ReferenceColumn, ReferenceOutput, ReferenceProfile } from './scoring/reference-profile.ts';
export { searchModels } from './search/search-models.ts';
export { searchVersions } from './search/search-versions.ts';
export {
  deleteVersion,
  requireStage,
  transitionStage,
  updateVersion,
} from './versions/change-version.ts';
export { createVersion } from './versions/create-version.ts';
export { readVersion } from './versions/read-records.ts';
export { findVersionArtifacts, parseModelReference, versionOf } from './versions/source.ts';
export { deleteVersionTag, setVersionTag } from './versions/version-tags.ts';
export { deliverWebhooks } from './webhooks/deliver-webhooks.ts';
export {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  updateWebhook,
} from './webhooks/manage-webhooks.ts';
export { testWebhook } from './webhooks/test-webhook.ts';
export { WEBHOOK_EVENTS, type Webhook, type WebhookEvent } from './webhooks/webhook-schema.ts';
