import { PROMPT_TAG } from '../models/prompts.ts';
import type { RegistryChange } from './registry-change.ts';
import type { WebhookEvent } from './webhook-schema.ts';

/** Tags that say what a prompt is to the registry, not to people; as PROMPT_TAG does. */
const PROMPT_TYPE = '_mlflow_prompt_type';
const PROMPT_TEXT = 'mlflow.prompt.text';

const EVENTS: Record<RegistryChange['kind'], { model?: WebhookEvent; prompt: WebhookEvent }> = {
  'model.created': { model: 'registered_model.created', prompt: 'prompt.created' },
  'version.created': { model: 'model_version.created', prompt: 'prompt_version.created' },
  // MLflow tells of a prompt's tags, and not of a model's.
  'model-tag.set': { prompt: 'prompt_tag.set' },
  'model-tag.deleted': { prompt: 'prompt_tag.deleted' },
  'version-tag.set': { model: 'model_version_tag.set', prompt: 'prompt_version_tag.set' },
  'version-tag.deleted': { model: 'model_version_tag.deleted', prompt: 'prompt_version_tag.deleted' },
  'alias.set': { model: 'model_version_alias.created', prompt: 'prompt_alias.created' },
  'alias.deleted': { model: 'model_version_alias.deleted', prompt: 'prompt_alias.deleted' },
};

/** MLflow's event for a change, with what it tells of it; undefined where it has none. */
export function toPayload(change: RegistryChange): { event: WebhookEvent; data: object } | undefined {
  const event = EVENTS[change.kind][change.isPrompt ? 'prompt' : 'model'];
  return event && { event, data: { name: change.model, ...dataOf(change) } };
}

function dataOf(change: RegistryChange): object {
  const { kind, isPrompt } = change;
  switch (kind) {
    case 'model.created':
      return {
        tags: isPrompt ? publicTags(change.tags) : change.tags,
        description: change.description || null,
      };
    case 'version.created':
      return isPrompt ? promptVersion(change) : modelVersion(change);
    case 'alias.deleted':
      return { alias: change.alias };
    case 'alias.set':
      return { alias: change.alias, version: String(change.version) };
    case 'model-tag.set':
      return { key: change.key, value: change.value };
    case 'model-tag.deleted':
      return { key: change.key };
    case 'version-tag.set':
      return { version: String(change.version), key: change.key, value: change.value };
    case 'version-tag.deleted':
      return { version: String(change.version), key: change.key };
  }
}

type NewVersion = Extract<RegistryChange, { kind: 'version.created' }>;

function modelVersion({ version, source, run, tags, description }: NewVersion): object {
  return { version: String(version), source, run_id: run, tags, description: description || null };
}

function promptVersion({ version, tags, description }: NewVersion): object {
  const { [PROMPT_TEXT]: template = null, ...others } = tags;
  return {
    version: String(version),
    template,
    tags: publicTags(others),
    description: description || null,
  };
}

function publicTags({
  [PROMPT_TAG]: _isPrompt,
  [PROMPT_TYPE]: _type,
  ...tags
}: Record<string, string>): Record<string, string> {
  return tags;
}
