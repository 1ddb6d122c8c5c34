import { isRecord } from '../../kernel/is-record.ts';
import type { ImportLog } from './import-log.ts';
import { listOf, pathIn, type ReadFile, readYaml, type Words } from './read-config.ts';

/** A provider as a task without its prompt, or with a place for it. */
export interface ImportedProvider {
  label: string;
  id: string;
  task: Words;
  /** Labels of the prompts it is for; all where absent. */
  prompts?: readonly string[];
  /** What the prompt takes the place of in the task's `body`. */
  takesPrompt: 'prompt' | 'body' | 'none';
}

/** Servers that speak chat completions, by the name of their provider. */
const COMPATIBLE: Record<string, { endpoint: string; keyVariable?: string }> = {
  anthropic: { endpoint: 'https://api.anthropic.com/v1', keyVariable: 'ANTHROPIC_API_KEY' },
  deepseek: { endpoint: 'https://api.deepseek.com/v1', keyVariable: 'DEEPSEEK_API_KEY' },
  google: {
    endpoint: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyVariable: 'GOOGLE_API_KEY',
  },
  groq: { endpoint: 'https://api.groq.com/openai/v1', keyVariable: 'GROQ_API_KEY' },
  mistral: { endpoint: 'https://api.mistral.ai/v1', keyVariable: 'MISTRAL_API_KEY' },
  ollama: { endpoint: 'http://127.0.0.1:11434/v1' },
  openrouter: { endpoint: 'https://openrouter.ai/api/v1', keyVariable: 'OPENROUTER_API_KEY' },
  together: { endpoint: 'https://api.together.xyz/v1', keyVariable: 'TOGETHER_API_KEY' },
  xai: { endpoint: 'https://api.x.ai/v1', keyVariable: 'XAI_API_KEY' },
};
/** Of a provider's config what is sent with each request. */
const PARAMETERS = new Set([
  ...[
    'temperature',
    'max_tokens',
    'max_completion_tokens',
    'top_p',
    'seed',
    'stop',
    'response_format',
    'tool_choice',
  ],
  ...[
    'presence_penalty',
    'frequency_penalty',
    'n',
    'logprobs',
    'top_logprobs',
    'reasoning_effort',
    'parallel_tool_calls',
  ],
]);
const OWN_CONFIG = new Set([
  'apiBaseUrl',
  'apiHost',
  'apiKeyEnvar',
  'apiKey',
  'headers',
  'tools',
  'passthrough',
]);
const KEY_IN_HEADER = /^Bearer \{\{\s*env\.(\w+)\s*\}\}$/;

/** Providers as tasks; one that has no counterpart is left out, and said to be. */
export function importProviders(
  file: ReadFile,
  config: Words,
  folder: string,
  log: ImportLog,
): ImportedProvider[] {
  const key = config.providers === undefined ? 'targets' : 'providers';
  const written = listOf(config[key]);
  return written.flatMap((provider, index) => {
    const at = file.at(Array.isArray(config[key]) ? [key, index] : [key]);
    if (typeof provider === 'string' && /^file:.*\.(ya?ml|json)$/i.test(provider)) {
      const other = readYaml(pathIn(folder, provider));
      return listOf(other.value).flatMap((one, row) => importProvider(one, other.at([row]), log));
    }
    return importProvider(provider, at, log);
  });
}

/** One provider, also as a judge. None where it was left out. */
export function importProvider(
  written: unknown,
  at: string,
  log: ImportLog,
  role: 'provider' | 'judge' | 'embedder' = 'provider',
): ImportedProvider[] {
  const { id, settings, label, more } = partsOf(written);
  if (id === undefined) {
    log.left(at, role, 'it has no id that is a text');
    return [];
  }
  const what = `${role} ${label ?? id}`;
  for (const name of Object.keys(more)) log.left(at, `${what}: ${name}`, whyOfMember(name));
  const made = taskOf(id, settings, at, what, log);
  if (made === undefined) return [];
  const prompts =
    isRecord(written) && Array.isArray(written.prompts) ? written.prompts.map(String) : undefined;
  return [{ label: label ?? taskName(id), id, ...made, ...(prompts === undefined ? {} : { prompts }) }];
}

/** `openai:gpt-x`, `{ id, config }`, or `{ 'openai:gpt-x': { config } }`. */
function partsOf(written: unknown): { id?: string; settings: Words; label?: string; more: Words } {
  if (typeof written === 'string') return { id: written, settings: {}, more: {} };
  if (!isRecord(written)) return { settings: {}, more: {} };
  const [only] = Object.keys(written);
  if (written.id === undefined && Object.keys(written).length === 1 && isRecord(written[only])) {
    return partsOf({ ...(written[only] as Words), id: only });
  }
  const { id, config, label, prompts: _, ...more } = written;
  return {
    ...(typeof id === 'string' ? { id } : {}),
    settings: isRecord(config) ? config : {},
    ...(typeof label === 'string' ? { label } : {}),
    more,
  };
}

function whyOfMember(name: string): string {
  if (name === 'transform') return 'code is not run; `output` of an endpoint takes a path';
  if (name === 'delay') return 'the limiter finds by itself how fast it may ask; see `limits`';
  return 'it has no counterpart here';
}

type Made = Pick<ImportedProvider, 'task' | 'takesPrompt'> | undefined;

function taskOf(id: string, settings: Words, at: string, what: string, log: ImportLog): Made {
  if (id.startsWith('exec:')) {
    log.changed(
      at,
      what,
      'the command gets the case as JSON on standard input, not the prompt as its first argument',
    );
    leaveConfig(settings, new Set(), at, what, log);
    return { task: { command: id.slice('exec:'.length).trim() }, takesPrompt: 'none' };
  }
  if (/^https?(:\/\/|$)/.test(id)) return endpointOf(id, settings, at, what, log);
  const [vendor, kind, ...rest] = id.split(':');
  if (vendor === 'openai') return openaiTask(kind, rest, settings, at, what, log);
  const compatible = Object.hasOwn(COMPATIBLE, vendor) ? COMPATIBLE[vendor] : undefined;
  if (compatible === undefined || kind === undefined) {
    log.left(
      at,
      what,
      'Airworthy has no such provider; give its OpenAI-compatible address as { model, endpoint }',
    );
    return undefined;
  }
  const model = ['chat', 'messages'].includes(kind) ? rest.join(':') : [kind, ...rest].join(':');
  log.changed(at, what, `it is called by its OpenAI-compatible address, ${compatible.endpoint}`);
  return { task: { model, ...compatible, ...parametersOf(settings, at, what, log) }, takesPrompt: 'prompt' };
}

function openaiTask(
  kind: string | undefined,
  rest: readonly string[],
  settings: Words,
  at: string,
  what: string,
  log: ImportLog,
): Made {
  if (
    kind === undefined ||
    [
      'responses',
      'completion',
      'embedding',
      'embeddings',
      'assistant',
      'image',
      'realtime',
      'moderation',
    ].includes(kind)
  ) {
    log.left(at, what, 'only chat completions are called; name the model as openai:chat:NAME');
    return undefined;
  }
  const model = kind === 'chat' ? rest.join(':') : [kind, ...rest].join(':');
  const { apiBaseUrl, apiHost, apiKeyEnvar } = settings;
  const endpoint = apiBaseUrl ?? (apiHost === undefined ? undefined : `https://${String(apiHost)}/v1`);
  const keyVariable = apiKeyEnvar ?? (endpoint === undefined ? undefined : 'OPENAI_API_KEY');
  log.carried(at, what);
  const task = {
    model,
    ...(endpoint === undefined ? {} : { endpoint: String(endpoint) }),
    ...(keyVariable === undefined ? {} : { keyVariable: String(keyVariable) }),
    ...parametersOf(settings, at, what, log),
  };
  return { task, takesPrompt: 'prompt' };
}

function parametersOf(settings: Words, at: string, what: string, log: ImportLog): Words {
  leaveConfig(settings, new Set([...PARAMETERS, ...OWN_CONFIG]), at, what, log);
  const { tools, headers, passthrough } = settings;
  const parameters = {
    ...Object.fromEntries(Object.entries(settings).filter(([name]) => PARAMETERS.has(name))),
    ...(isRecord(passthrough) ? passthrough : {}),
  };
  const named = typeof tools === 'string';
  if (named) log.left(at, `${what}: tools`, 'tools in a file are not read; write them into the suite');
  return {
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(tools === undefined || named ? {} : { tools }),
    ...headersOf(headers, at, what, log),
  };
}

function endpointOf(id: string, settings: Words, at: string, what: string, log: ImportLog): Made {
  const { url = id, method = 'POST', body, headers, transformResponse, responseParser } = settings;
  if (String(method).toUpperCase() !== 'POST' || typeof url !== 'string' || !url.includes('://')) {
    log.left(at, what, 'only POST with a JSON body to a whole address is known');
    return undefined;
  }
  leaveConfig(
    settings,
    new Set(['url', 'method', 'body', 'headers', 'transformResponse', 'responseParser', 'apiKey']),
    at,
    what,
    log,
  );
  log.carried(at, what);
  const output = outputPath(transformResponse ?? responseParser, at, what, log);
  const task = {
    endpoint: url,
    ...(body === undefined ? {} : { body }),
    ...output,
    ...headersOf(headers, at, what, log),
  };
  return { task, takesPrompt: body === undefined ? 'none' : 'body' };
}

/** `json.choices[0].text` is a path; anything more is code. */
function outputPath(transform: unknown, at: string, what: string, log: ImportLog): Words {
  if (transform === undefined) return {};
  const path =
    typeof transform === 'string' ? /^json\.([\w$]+(?:\.[\w$]+|\[\d+\])*)$/.exec(transform.trim()) : null;
  if (path) return { output: path[1] };
  log.left(at, `${what}: transformResponse`, 'code is not run; `output` takes a path such as data.text');
  return {};
}

function headersOf(headers: unknown, at: string, what: string, log: ImportLog): Words {
  if (!isRecord(headers)) return {};
  const kept: Record<string, string> = {};
  let keyVariable: string | undefined;
  for (const [name, value] of Object.entries(headers)) {
    const key = KEY_IN_HEADER.exec(String(value));
    if (name.toLowerCase() === 'authorization' && key) keyVariable = key[1];
    else if (/\{\{/.test(String(value)))
      log.left(at, `${what}: header ${name}`, 'headers have no templates here');
    else if (/authorization|api-?key|token|secret|cookie/i.test(name)) {
      log.left(
        at,
        `${what}: header ${name}`,
        'it holds a key, and keys are in no file; name its variable with keyVariable',
      );
    } else kept[name] = String(value);
  }
  return {
    ...(keyVariable === undefined ? {} : { keyVariable }),
    ...(Object.keys(kept).length === 0 ? {} : { headers: kept }),
  };
}

function leaveConfig(
  settings: Words,
  known: ReadonlySet<string>,
  at: string,
  what: string,
  log: ImportLog,
): void {
  if (settings.apiKey !== undefined) {
    log.left(at, `${what}: apiKey`, 'keys are in no file; set the environment variable named by keyVariable');
  }
  for (const name of Object.keys(settings)) {
    if (!known.has(name) && name !== 'apiKey')
      log.left(at, `${what}: config.${name}`, 'it has no counterpart here');
  }
}

/** Names of tasks have no characters that only addresses and commands have. */
export function taskName(text: string): string {
  const name = text
    .replaceAll(/[^\p{L}\p{N} ._:@/-]+/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim();
  return name.slice(0, 100) || 'task';
}
