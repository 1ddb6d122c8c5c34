import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../cases/case-value.ts';

const PARAMETERS = [
  'temperature',
  'max_tokens',
  'max_completion_tokens',
  'top_p',
  'seed',
  'stop',
  'response_format',
  'presence_penalty',
  'frequency_penalty',
  'tool_choice',
] as const;

/** A provider in promptfoo's words (`openai:chat:gpt-x`, `exec:`, `https:`) as a task without its prompt. Throws SUITE_INVALID. */
export function readProvider(
  written: unknown,
  { shown }: { shown: string },
): { label: string; task: Record<string, unknown> } {
  const { id, label, config } = isRecord(written)
    ? written
    : { id: written, label: undefined, config: undefined };
  if (typeof id !== 'string') throw unknownProvider(shown, JSON.stringify(written));
  const settings = isRecord(config) ? config : {};
  return { label: typeof label === 'string' ? label : nameOf(id), task: taskOf(id, settings, shown) };
}

function taskOf(id: string, settings: Record<string, unknown>, shown: string): Record<string, unknown> {
  if (id.startsWith('exec:')) return { command: id.slice('exec:'.length).trim() };
  if (/^https?:\/\//.test(id)) return { endpoint: id };
  const openai = /^openai:(?:chat:)?([^:]+)$/.exec(id);
  if (openai === null) throw unknownProvider(shown, id);
  const endpoint =
    settings.apiBaseUrl ??
    (typeof settings.apiHost === 'string' ? `https://${settings.apiHost}/v1` : undefined);
  const parameters = Object.fromEntries(
    PARAMETERS.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])),
  );
  return {
    model: openai[1],
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(settings.apiKeyEnvar === undefined ? {} : { keyVariable: settings.apiKeyEnvar }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(settings.tools === undefined ? {} : { tools: settings.tools }),
  };
}

/** A name of a task has no characters that only addresses and commands have. */
function nameOf(id: string): string {
  return id
    .replaceAll(/[^\p{L}\p{N} ._:@/-]+/gu, ' ')
    .trim()
    .slice(0, 100);
}

function unknownProvider(shown: string, id: string): AirworthyError {
  return new AirworthyError('SUITE_INVALID', {
    message: `${shown} names the provider ${id}, which is none that Airworthy has`,
    remedy:
      'Use openai:NAME (any OpenAI-compatible address by `apiBaseUrl`), exec:COMMAND, an address, or a task of our own.',
    at: shown,
  });
}
