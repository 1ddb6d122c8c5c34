import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Planner } from '../planners/planner.ts';
import {
  type AssistantConfig,
  ConfigError,
  type Environment,
  householdFolder,
  type ModelAddress,
  type PlannerName,
} from './assistant-config.ts';
import type { Probe } from './probe.ts';

/** The models that come with the example. */
export const MODELS = join(import.meta.dirname, '../../models');

const MEANINGS: Readonly<Record<PlannerName, string>> = {
  templates: 'Understands sentences in the wordings it was given, and no others.',
  cascade: 'Matches known wordings, and asks the tagger about all others.',
  tagger: 'Understands by the tagger, trained from scratch on the sentences of the authors.',
  decoder: 'Understands by the tiny decoder, trained from scratch, through node-llama-cpp.',
  chat: 'Asks a language model.',
  endpoint:
    'Asks the endpoint of an Airworthy server, which logs each answer as a prediction; who has not agreed to that is understood here.',
};

/** Opens what makes calls of sentences: what the configuration names, else the cascade. */
export async function choosePlanner(
  config: AssistantConfig,
  env: Environment,
): Promise<{ planner: Planner; probe: Probe }> {
  const name = config.planner ?? 'cascade';
  const planner = await open(name, config, env);
  const probe: Probe = { part: 'planner', chosen: `${name} ${planner.version}`, meaning: MEANINGS[name] };
  return { planner, probe };
}

/** Loaded when chosen: most of them are large. */
async function open(name: PlannerName, config: AssistantConfig, env: Environment): Promise<Planner> {
  switch (name) {
    case 'templates': {
      const { openTemplates } = await import('../planners/templates/open-templates.ts');
      return openTemplates();
    }
    case 'cascade': {
      const [{ openCascade }, { openTemplates }, { openTagger }, { mustPassRules }] = await Promise.all([
        import('../planners/cascade/open-cascade.ts'),
        import('../planners/templates/open-templates.ts'),
        import('../planners/tagger/open-tagger.ts'),
        import('../corpus/must-pass-cases.ts'),
      ]);
      return openCascade(
        openTemplates({ values: 'all', rules: mustPassRules() }),
        openTagger(modelOf(name, config)),
      );
    }
    case 'tagger': {
      const { openTagger } = await import('../planners/tagger/open-tagger.ts');
      return openTagger(modelOf(name, config));
    }
    case 'decoder': {
      const { openDecoder } = await import('../planners/decoder/open-decoder.ts');
      const adapterPath = config.adapter ?? (config.model ? undefined : join(MODELS, 'decoder-lora.gguf'));
      return openDecoder({
        modelPath: modelOf(name, config),
        ...(adapterPath ? { adapterPath } : {}),
        grammar: true,
      });
    }
    case 'chat':
      return openChat(required(config.chat, 'chat'), config, env);
    case 'endpoint': {
      const { url, endpoint = 'assistant' } = required(config.server, 'server');
      const { openEndpointPlanner } = await import('../turn/open-endpoint-planner.ts');
      return openEndpointPlanner({ baseUrl: url, endpoint, token: env.AIRWORTHY_TOKEN });
    }
  }
}

/** With what a probe of the endpoint found that it can do, where it was probed. */
async function openChat(chat: ModelAddress, config: AssistantConfig, env: Environment): Promise<Planner> {
  const [{ openChatPlanner }, { readCapabilities }] = await Promise.all([
    import('../planners/chat/open-chat-planner.ts'),
    import('../planners/chat/keep-capabilities.ts'),
  ]);
  const capabilities = await readCapabilities(householdFolder(config), chat.baseUrl, chat.model);
  return openChatPlanner({
    ...chat,
    ...(env.ASSISTANT_CHAT_KEY ? { apiKey: env.ASSISTANT_CHAT_KEY } : {}),
    ...(capabilities ? { capabilities } : {}),
  });
}

const FILES: Partial<Record<PlannerName, string>> = {
  cascade: 'tagger.json',
  tagger: 'tagger.json',
  decoder: 'decoder-base.gguf',
};

function modelOf(name: PlannerName, config: AssistantConfig): string {
  const path = config.model ?? join(MODELS, FILES[name] ?? '');
  if (!existsSync(path))
    throw new ConfigError(
      `planner "${name}": there is no model ${path}; name one: model, or ASSISTANT_MODEL`,
    );
  return path;
}

function required<Value>(value: Value | undefined, key: string): Value {
  if (value === undefined) throw new ConfigError(`the configuration has no "${key}"`);
  return value;
}
