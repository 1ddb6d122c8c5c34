import { SAMPLE_RATE } from '../../speech/speech.ts';
import { writeWav } from '../../speech/write-wav.ts';
import type { Tool } from '../planner.ts';
import type { Ability, Capabilities, ProbedRequest } from './capabilities.ts';
import type { ChatAnswer, ChatUsage } from './chat-wire.ts';
import { askEndpoint, type Endpoint, errorText, eventsOf } from './endpoint.ts';
import { joinStream } from './join-stream.ts';
import { readPlan } from './read-plan.ts';

const TOOL: Tool = {
  type: 'function',
  function: {
    name: 'timer_set',
    description: 'Starts a timer.',
    parameters: {
      type: 'object',
      properties: { duration: { type: 'string', maxLength: 60 } },
      required: ['duration'],
      additionalProperties: false,
    },
  },
};
const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string', maxLength: 40 } },
  required: ['city'],
  additionalProperties: false,
};
const SENTENCE = 'set a timer for ten minutes';
/** Half a second: what a transcriber invents on it is known before it is trusted. */
const SILENCE = new Uint8Array(writeWav(new Int16Array(SAMPLE_RATE / 2)));

export interface ProbeOptions extends Endpoint {
  model: string;
  /** Names that speech servers want; `whisper-1` and `tts-1` where absent. */
  transcriptionModel?: string;
  speechModel?: string;
  voice?: string;
  /** Of each request. */
  timeoutMs?: number;
  onProgress?: (request: ProbedRequest) => void;
}

interface Probe {
  ability: Ability;
  /** What was seen; throws what is wrong with it. */
  look(ask: Ask): Promise<string>;
}

type Ask = (path: string, body?: object) => Promise<Response>;

/** Asks an OpenAI-compatible endpoint a dozen small things, to know what it does before a person's sentence depends on it. */
export async function probeEndpoint(options: ProbeOptions): Promise<Capabilities> {
  const { baseUrl, model, timeoutMs = 20_000, onProgress } = options;
  const ask: Ask = (path, body) =>
    askEndpoint(options, path, {
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  const requests: ProbedRequest[] = [];
  for (const probe of [...chatProbes(model), ...soundProbes(options)]) {
    const request = await carryOut(probe, ask);
    requests.push(request);
    onProgress?.(request);
  }
  const can = Object.fromEntries(requests.map(({ ability, able }) => [ability, able])) as Record<
    Ability,
    boolean
  >;
  return { baseUrl, model, probedAt: new Date().toISOString(), can, requests };
}

async function carryOut({ ability, look }: Probe, ask: Ask): Promise<ProbedRequest> {
  const started = performance.now();
  const since = () => Math.round(performance.now() - started);
  try {
    const seen = await look(ask);
    return { ability, able: true, seen, ms: since() };
  } catch (error) {
    return {
      ability,
      able: false,
      seen: error instanceof Error ? error.message : String(error),
      ms: since(),
    };
  }
}

function chatProbes(model: string): Probe[] {
  const base = { model, messages: [{ role: 'user', content: SENTENCE }], temperature: 0, max_tokens: 200 };
  const withTool = { ...base, tools: [TOOL] };
  const chat = async (ask: Ask, body: object) =>
    (await (await answered(ask, '/chat/completions', body)).json()) as ChatAnswer;
  const streamed = async (ask: Ask, body: object) => {
    const response = await answered(ask, '/chat/completions', {
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    if (!response.headers.get('content-type')?.includes('event-stream'))
      throw new Error('answered in one piece');
    return joinStream(eventsOf(response));
  };
  return [
    {
      ability: 'models',
      look: async (ask) => `${modelCount(await (await answered(ask, '/models')).json())} models`,
    },
    { ability: 'chat', look: async (ask) => quoted((await chat(ask, base)).choices?.[0]?.message?.content) },
    { ability: 'tools', look: async (ask) => calledOf(await chat(ask, withTool)) },
    {
      ability: 'requiredTools',
      look: async (ask) => calledOf(await chat(ask, { ...withTool, tool_choice: 'required' })),
    },
    {
      ability: 'jsonSchema',
      look: async (ask) =>
        cityOf(
          await chat(ask, {
            ...base,
            response_format: {
              type: 'json_schema',
              json_schema: { name: 'city', schema: SCHEMA, strict: true },
            },
          }),
        ),
    },
    {
      ability: 'streaming',
      look: async (ask) => quoted((await streamed(ask, base)).choices?.[0]?.message?.content),
    },
    { ability: 'streamingUsage', look: async (ask) => usageOf((await streamed(ask, base)).usage) },
    {
      ability: 'streamingToolCalls',
      look: async (ask) => calledOf(await streamed(ask, { ...withTool, tool_choice: 'required' })),
    },
  ];
}

function soundProbes({
  transcriptionModel = 'whisper-1',
  speechModel = 'tts-1',
  voice = 'alloy',
}: ProbeOptions): Probe[] {
  const transcription = (sound: Uint8Array<ArrayBuffer>, format: string) => {
    const form = new FormData();
    form.set('file', new Blob([sound], { type: 'audio/wav' }), 'sound.wav');
    form.set('model', transcriptionModel);
    form.set('response_format', format);
    return form;
  };
  const heard = async (ask: Ask, format: string) =>
    (await (await answered(ask, '/audio/transcriptions', transcription(SILENCE, format))).json()) as {
      text?: string;
      segments?: unknown;
    };
  return [
    { ability: 'transcription', look: async (ask) => quoted((await heard(ask, 'json')).text) },
    {
      ability: 'verboseTranscription',
      look: async (ask) => {
        const { segments } = await heard(ask, 'verbose_json');
        if (!Array.isArray(segments)) throw new Error('no segments in verbose_json');
        return `${segments.length} segments`;
      },
    },
    {
      ability: 'refusesWrongSound',
      look: async (ask) => {
        const response = await ask(
          '/audio/transcriptions',
          transcription(new TextEncoder().encode('no sound'), 'json'),
        );
        const said = await errorText(response);
        // 404: there is no such address, so that nothing was looked at.
        if (response.status < 400 || response.status >= 500 || response.status === 404)
          throw new Error(`HTTP ${response.status} to what is no sound`);
        return `HTTP ${response.status}: ${said}`;
      },
    },
    {
      ability: 'speech',
      look: async (ask) => {
        const response = await answered(ask, '/audio/speech', {
          model: speechModel,
          voice,
          input: 'ten minutes',
          response_format: 'wav',
        });
        const { byteLength } = await response.arrayBuffer();
        if (byteLength === 0) throw new Error('no sound came');
        return `${byteLength} bytes`;
      },
    },
  ];
}

async function answered(ask: Ask, path: string, body?: object): Promise<Response> {
  const response = await ask(path, body);
  if (response.ok) return response;
  throw new Error(`HTTP ${response.status}: ${(await errorText(response)).slice(0, 160)}`);
}

function calledOf(answer: ChatAnswer): string {
  const sent = answer.choices?.[0]?.message?.tool_calls ?? [];
  const [call] = readPlan(answer).calls;
  if (sent.length === 0) throw new Error(call === undefined ? 'no call came' : 'the call stands in the text');
  if (call === undefined || call.name !== TOOL.function.name)
    throw new Error(`called ${call?.name ?? 'what cannot be read'}`);
  return `${call.name}(${JSON.stringify(call.arguments)})`;
}

function cityOf(answer: ChatAnswer): string {
  const content = answer.choices?.[0]?.message?.content ?? '';
  const { city } = JSON.parse(content) as { city?: unknown };
  if (typeof city !== 'string') throw new Error(`not of the schema: ${content.slice(0, 80)}`);
  return content.slice(0, 80);
}

function usageOf(usage: ChatUsage | null | undefined): string {
  if (usage?.completion_tokens === undefined) throw new Error('no usage in the stream');
  return `${usage.prompt_tokens} + ${usage.completion_tokens} tokens`;
}

function quoted(text: string | null | undefined): string {
  if (typeof text !== 'string') throw new Error('no text came');
  return JSON.stringify(text.slice(0, 60));
}

function modelCount(body: unknown): number {
  if (typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data))
    return body.data.length;
  throw new Error('no list of models came');
}
