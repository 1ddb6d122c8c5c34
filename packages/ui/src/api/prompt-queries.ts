import type { ChatMessage } from './chat-answers.ts';
import { getAt } from './request.ts';

/** A version of a registered prompt, as MLflow's clients write it. */
export interface PromptVersion {
  name: string;
  version: string;
  messages: ChatMessage[];
}

/** As an address names it. */
export function promptKey({ name, version }: PromptVersion): string {
  return `${name}/${version}`;
}

interface Tagged {
  name: string;
  version: string;
  tags?: { key: string; value: string }[];
}

const IS_PROMPT = "tags.`mlflow.prompt.is_prompt` = 'true'";
const TEXT = 'mlflow.prompt.text';
const MOST = 100;

/** The newest versions of all registered prompts. */
export const promptVersions = () => ({
  queryKey: ['prompts'],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<PromptVersion[]> => {
    const path = '/ajax-api/2.0/mlflow/model-versions/search';
    const query = new URLSearchParams({ filter: IS_PROMPT, max_results: String(MOST) });
    const { model_versions: found = [] } = await getAt<{ model_versions?: Tagged[] }>(
      `${path}?${query.toString()}`,
      signal,
    );
    return found.map(({ name, version, tags = [] }) => ({
      name,
      version,
      messages: readTemplate(tags.find(({ key }) => key === TEXT)?.value ?? ''),
    }));
  },
  meta: { topics: ['models'] },
});

/** A text stands before the conversation; a list of messages begins it. */
function readTemplate(text: string): ChatMessage[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(isMessage)) return value;
  } catch {
    // A text that is no JSON is a text.
  }
  return [{ role: 'system', content: text }];
}

function isMessage(value: unknown): value is ChatMessage {
  const { role, content } = (value ?? {}) as Partial<ChatMessage>;
  return typeof role === 'string' && typeof content === 'string';
}
