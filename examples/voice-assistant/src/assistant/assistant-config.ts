import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';

export const PLANNERS = ['cascade', 'templates', 'tagger', 'decoder', 'chat', 'endpoint'] as const;
export type PlannerName = (typeof PLANNERS)[number];

/** An endpoint that speaks OpenAI's interface. */
export interface ModelAddress {
  baseUrl: string;
  model: string;
}

/** What the assistant is made of. Everything has a default that needs no network. */
export interface AssistantConfig {
  /** Folder of what the house keeps. */
  household?: string;
  /** What makes calls of sentences; the best that is there where absent. */
  planner?: PlannerName;
  /** Model file of the planner. */
  model?: string;
  /** Adapter on the decoder's model. */
  adapter?: string;
  /** For `planner: chat`. */
  chat?: ModelAddress;
  /** What hears: an endpoint, pocketsphinx, or nothing; pocketsphinx where it is installed and nothing is said. */
  hearing?: 'pocketsphinx' | 'none' | ModelAddress;
  /** What speaks; flite, else espeak-ng, where they are installed and nothing is said. */
  speaking?: 'flite' | 'espeak-ng' | 'none' | ModelAddress;
  voice?: string;
  /** An Airworthy server: it gets the traces, and decides where `planner` is `endpoint`. */
  server?: { url: string; endpoint?: string };
  /** Of the house; that of this machine where absent. */
  timeZone?: string;
  /** Services of weather and news in place of the examples. */
  sources?: { weather?: string; news?: string };
}

/** A configuration that cannot be used; says where it stands and what would do. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** Where the house keeps what it keeps. */
export function householdFolder({ household = '.airworthy/household' }: AssistantConfig): string {
  return household;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const text = { type: 'string', minLength: 1 };
const url = { type: 'string', pattern: '^https?://' };
const address = {
  type: 'object',
  properties: { baseUrl: url, model: text },
  required: ['baseUrl', 'model'],
  additionalProperties: false,
};

const SCHEMA = {
  type: 'object',
  properties: {
    household: text,
    planner: { enum: PLANNERS },
    model: text,
    adapter: text,
    chat: address,
    hearing: { anyOf: [{ enum: ['pocketsphinx', 'none'] }, address] },
    speaking: { anyOf: [{ enum: ['flite', 'espeak-ng', 'none'] }, address] },
    voice: text,
    server: {
      type: 'object',
      properties: { url, endpoint: text },
      required: ['url'],
      additionalProperties: false,
    },
    timeZone: text,
    sources: { type: 'object', properties: { weather: url, news: url }, additionalProperties: false },
  },
  additionalProperties: false,
};

/**
 * Reads `assistant.json` of a folder, where there is one, and what the environment says over it.
 *
 * @example
 * readAssistantConfig('.', { ASSISTANT_PLANNER: 'templates' }); // { planner: 'templates' }
 */
export function readAssistantConfig(folder: string, env: Environment): AssistantConfig {
  const path = join(folder, 'assistant.json');
  const config = { ...(existsSync(path) ? readFile(path) : {}), ...fromEnvironment(env) };
  return checkConfig(config, existsSync(path) ? `${path} or the environment` : 'the environment');
}

/** @param where for the message: where it was written */
export function checkConfig(config: unknown, where: string): AssistantConfig {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  const check = ajv.compile<AssistantConfig>(SCHEMA);
  if (!check(config)) {
    const [error] = check.errors ?? [];
    throw new ConfigError(`${where}: ${error === undefined ? 'cannot be used' : describe(error)}`);
  }
  if (config.planner === 'chat' && config.chat === undefined)
    throw new ConfigError(
      `${where}: planner "chat" needs chat.baseUrl and chat.model, or ASSISTANT_CHAT_URL`,
    );
  if (config.planner === 'endpoint' && config.server === undefined)
    throw new ConfigError(`${where}: planner "endpoint" needs server.url, or AIRWORTHY_URL`);
  return config;
}

function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const key = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'additionalProperties')
    return `there is no setting "${params.additionalProperty}"; those there are: ${Object.keys(SCHEMA.properties).join(', ')}`;
  if (keyword === 'enum') return `${key} is one of ${params.allowedValues.join(', ')}`;
  if (keyword === 'pattern') return `${key} begins with http:// or https://`;
  return `${key} ${message}`;
}

function readFile(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new ConfigError(`${path} is not JSON: ${(cause as Error).message}`);
  }
}

function fromEnvironment(env: Environment): Record<string, unknown> {
  const address = (kind: 'CHAT' | 'STT' | 'TTS') => {
    const baseUrl = env[`ASSISTANT_${kind}_URL`];
    return baseUrl && { baseUrl, model: env[`ASSISTANT_${kind}_MODEL`] ?? 'default' };
  };
  const server = env.AIRWORTHY_URL && {
    url: env.AIRWORTHY_URL,
    ...(env.ASSISTANT_ENDPOINT ? { endpoint: env.ASSISTANT_ENDPOINT } : {}),
  };
  const all = {
    household: env.ASSISTANT_HOUSEHOLD,
    planner: env.ASSISTANT_PLANNER,
    model: env.ASSISTANT_MODEL,
    adapter: env.ASSISTANT_ADAPTER,
    chat: address('CHAT'),
    hearing: address('STT') || env.ASSISTANT_HEARING,
    speaking: address('TTS') || env.ASSISTANT_SPEAKING,
    voice: env.ASSISTANT_VOICE,
    server,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}
