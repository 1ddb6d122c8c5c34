import type { ModelRecord, VersionRecord } from '../../registry/index.ts';
import { toPairs } from './wire.ts';

/** `RegisteredModel`. */
export function modelMessage({
  name,
  description,
  createdAt,
  updatedAt,
  tags,
  aliases,
  latest,
}: ModelRecord) {
  return {
    name,
    creation_timestamp: createdAt,
    last_updated_timestamp: updatedAt,
    description: description || undefined,
    // Without aliases here: the model's own list has them.
    latest_versions: latest.map((version) => versionMessage({ ...version, aliases: [] })),
    tags: toPairs(tags),
    aliases: Object.entries(aliases).map(([alias, version]) => ({ alias, version: String(version) })),
  };
}

/** `ModelVersion`: its number is a text there. */
export function versionMessage(version: VersionRecord) {
  return {
    name: version.model,
    version: String(version.number),
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    current_stage: version.stage,
    description: version.description,
    source: version.source || bundleSource(version.bundle),
    run_id: version.run ?? '',
    status: 'READY',
    tags: toPairs(version.tags),
    run_link: version.runLink,
    aliases: version.aliases,
    model_id: version.loggedModel ?? undefined,
  };
}

/** What was packed here has no files that MLflow's clients could load. */
function bundleSource(bundle: string | null): string | undefined {
  return bundle === null ? undefined : `airworthy-bundle:/${bundle}`;
}
