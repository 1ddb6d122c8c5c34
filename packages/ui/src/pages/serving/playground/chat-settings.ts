import type { ChatMessage } from '../../../api/chat-answers.ts';
import { filled } from './chat-template.ts';

/** What was typed beside the conversation. */
export interface SettingsDraft {
  system: string;
  /** What is filled into the registered prompt. */
  variables: Readonly<Record<string, string>>;
  temperature: string;
  maxTokens: string;
  seed: string;
  /** JSON: tools as OpenAI's clients list them. */
  tools: string;
  /** JSON Schema of the answer. */
  schema: string;
}

export const NO_DRAFT: SettingsDraft = {
  ...{ system: '', variables: {} },
  ...{ temperature: '', maxTokens: '', seed: '', tools: '', schema: '' },
};

export const EXAMPLE_TOOLS = JSON.stringify(
  [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'The weather of a place now.',
        parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
      },
    },
  ],
  null,
  2,
);

/** The messages before the conversation: those of a registered prompt, then what was typed. */
export function promptOf(
  { system, variables }: SettingsDraft,
  template: readonly ChatMessage[],
): ChatMessage[] {
  return [
    ...filled(template, variables),
    ...(system.trim() === '' ? [] : [{ role: 'system' as const, content: system }]),
  ];
}

export interface ReadParameters {
  value: Record<string, unknown> | null;
  /** Why nothing can be sent. */
  problem: string | null;
}

/** The parameters as they are sent; what was left empty is left to the model. */
export function parametersOf(draft: SettingsDraft): ReadParameters {
  try {
    const tools = parsed(draft.tools, 'The tools');
    const schema = parsed(draft.schema, 'The schema');
    return {
      value: {
        ...number('temperature', draft.temperature),
        ...number('max_tokens', draft.maxTokens),
        ...number('seed', draft.seed),
        ...(tools === undefined ? {} : { tools }),
        ...(schema === undefined
          ? {}
          : {
              response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
            }),
      },
      problem: null,
    };
  } catch (error) {
    return { value: null, problem: (error as Error).message };
  }
}

function number(name: string, text: string): Record<string, number> {
  if (text.trim() === '') return {};
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`“${text}” is no number for ${name}.`);
  return { [name]: value };
}

function parsed(text: string, what: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} are no JSON: ${(error as Error).message}.`);
  }
}
