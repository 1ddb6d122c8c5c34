import { contentKey } from '../../kernel/ids.ts';
import { createRandom } from '../../stats/random.ts';
import { bareAddress } from '../model-calls/call-key.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import { readCompletion } from './read-completion.ts';
import { readPrompt } from './read-prompt.ts';
import type { ModelTaskInput, PromptInput } from './schema.ts';
import type { Task } from './task.ts';
import { compileText, compileValue, type Scope, type Template } from './template.ts';

const PUBLIC_ENDPOINT = 'https://api.openai.com/v1';
const SEEDS = 2 ** 31;

interface ModelTaskOptions {
  name: string;
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** A model behind chat completions, with a prompt whose {{variables}} are the members of a case's input. */
export async function modelTask(
  input: ModelTaskInput,
  { name, folder, env }: ModelTaskOptions,
): Promise<Task> {
  const { model, parameters, tools, headers, sendSeed, system } = input;
  const { endpoint, keyVariable } = targetOf(input, env);
  const prompt = input.prompt === undefined ? undefined : await readPrompt(input.prompt, folder);
  const messagesOf = compileMessages(prompt, system);
  const settings = compileValue(parameters, 'parameters') as Template<Record<string, unknown>>;
  const toolsOf = tools === undefined ? undefined : compileValue(tools, 'tools');
  const content = { endpoint: bareAddress(endpoint), model, prompt, system, parameters, tools, sendSeed };
  return {
    name,
    digest: contentKey({ kind: 'model', ...content }),
    spec: { kind: 'model', ...content },
    async run(each, context) {
      const scope = scopeOf(each);
      const seed = sendSeed ? createRandom(`${context.seed}/${context.trial}`).integer(SEEDS) : undefined;
      const body = {
        model,
        messages: messagesOf(scope, each),
        ...(toolsOf === undefined ? {} : { tools: toolsOf(scope) }),
        ...(seed === undefined ? {} : { seed }),
        ...settings(scope),
      };
      const response = await context.models.call({
        endpoint,
        path: 'chat/completions',
        model,
        body,
        ...(keyVariable === undefined ? {} : { keyVariable }),
        ...(headers === undefined ? {} : { headers }),
      });
      const { usage, durationMs } = response;
      return { ...readCompletion(response.body, model), usage, latencyMs: durationMs };
    },
  };
}

/** The key of the public API goes to no other server unless the task says so. */
function targetOf({ endpoint, keyVariable }: ModelTaskInput, env: ModelTaskOptions['env']) {
  if (endpoint !== undefined) return { endpoint, keyVariable };
  return { endpoint: env.OPENAI_BASE_URL || PUBLIC_ENDPOINT, keyVariable: keyVariable ?? 'OPENAI_API_KEY' };
}

/** Members of the input by name, and the input as a whole as `input`. */
export function scopeOf({ input }: EvaluationCase): Scope {
  const members = typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {};
  return { input, ...members };
}

type Message = Record<string, unknown>;

function compileMessages(
  prompt: PromptInput | undefined,
  system: string | undefined,
): (scope: Scope, each: EvaluationCase) => Message[] {
  const head = system === undefined ? undefined : compileText(system, 'system');
  const body = compileBody(prompt);
  return (scope, each) => {
    const messages = body(scope, each);
    return head === undefined ? messages : [{ role: 'system', content: head(scope) }, ...messages];
  };
}

function compileBody(prompt: PromptInput | undefined): (scope: Scope, each: EvaluationCase) => Message[] {
  if (prompt === undefined) return (_scope, { input }) => asMessages(input);
  if (typeof prompt === 'string') {
    const whole = compileValue(prompt, 'prompt');
    return (scope) => asMessages(whole(scope));
  }
  const messages = compileValue(prompt, 'prompt') as Template<Message[]>;
  return (scope) => messages(scope).map((message) => ({ ...message, ...contentOf(message) }));
}

/** Parts of a message stay parts; any other value is a text. */
function contentOf({ content }: Message): Message {
  if (content === undefined || content === null || typeof content === 'string' || Array.isArray(content))
    return {};
  return { content: JSON.stringify(content) };
}

/** A conversation as it is, in the input itself or its `messages`; anything else as one message of the user. */
function asMessages(given: unknown): Message[] {
  if (isConversation(given)) return given;
  const messages = (given as { messages?: unknown } | null)?.messages;
  if (isConversation(messages)) return messages;
  return [{ role: 'user', content: typeof given === 'string' ? given : JSON.stringify(given) }];
}

function isConversation(value: unknown): value is Message[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'object' && item !== null && typeof item.role === 'string')
  );
}
