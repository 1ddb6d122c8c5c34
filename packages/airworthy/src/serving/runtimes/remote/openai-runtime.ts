import type { IncomingMessage } from 'node:http';
import { AirworthyError } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/parse-json.ts';
import type { Signature } from '../../../models/signature.ts';
import { readEvents } from '../../gateway/read-events.ts';
import type { JsonRecord } from '../../records/check-records.ts';
import { createTurns } from '../processes/turns.ts';
import type { ReadAnswers } from '../read-answers.ts';
import type { GeneratedPiece, RunLimits, Runtime } from '../runtime.ts';
import type { RemoteSpec } from '../schema.ts';
import { AT_ONCE, readText } from './oip-runtime.ts';
import { createRemoteCaller } from './remote-caller.ts';

export interface OpenaiRuntime {
  spec: RemoteSpec;
  signature: Signature;
  readAnswers: ReadAnswers;
  headers: Record<string, string>;
}

/** A release that a language model behind an OpenAI-compatible server answers, a call a record. */
export function openaiRuntime({ spec, signature, readAnswers, headers }: OpenaiRuntime): Runtime {
  const { name, limits, model, parameters } = spec;
  const caller = createRemoteCaller(name, limits.timeoutMs);
  const url = new URL(`${spec.url.replace(/\/+$/, '')}/chat/completions`);
  const atOnce = limits.concurrency ?? AT_ONCE;
  const turns = createTurns(Array.from({ length: atOnce }, (_, index) => index));
  const messages = spec.messages ?? defaultMessages(signature);

  const requestOf = (record: JsonRecord, how: object) => ({
    url,
    headers: { ...headers, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ...how, model, messages: fillMessages(messages, record) })),
  });

  async function complete(record: JsonRecord, call: RunLimits): Promise<unknown> {
    const turn = await turns.take();
    try {
      const { body } = await caller.ask(requestOf(record, parameters), call);
      return readText(readContent(name, body), signature.output);
    } finally {
      turns.giveBack(turn);
    }
  }

  return {
    kind: 'remote',
    signature,
    immediate: false,
    // A call a record: together they would only wait for the slowest.
    runs: { atOnce, records: 1 },
    memoryBytes: async () => null,
    async predict(records, call) {
      const answers = await Promise.all(records.map((record) => complete(record, call)));
      return readAnswers(answers, records.length);
    },
    async *generate(record, call) {
      const streamed = { stream: true, stream_options: { include_usage: true } };
      yield* readPieces(
        await caller.open(requestOf(record, { ...call.sampling, ...parameters, ...streamed }), call),
      );
    },
    close: async () => caller.close(),
  };
}

type Messages = NonNullable<RemoteSpec['messages']>;

/** What a record of one field says is the question. */
function defaultMessages({ fields }: Signature): Messages {
  return [{ role: 'user', content: fields.map(({ name }) => `{{${name}}}`).join('\n') }];
}

function fillMessages(messages: Messages, record: JsonRecord): Messages {
  const fill = (text: string) =>
    text.replaceAll(/\{\{\s*([^{}\s]+)\s*\}\}/g, (_, field: string) => {
      const value = record[field] ?? '';
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
  return messages.map(({ role, content }) => ({ role, content: fill(content) }));
}

function readContent(name: string, body: Buffer): string {
  const answer = parseJson(body.toString('utf8')) as
    | { choices?: { message?: { content?: unknown; refusal?: unknown } }[] }
    | undefined;
  const { content, refusal } = answer?.choices?.[0]?.message ?? {};
  if (typeof content === 'string') return content;
  const declined = typeof refusal === 'string' && `the model declined: ${refusal.slice(0, 500)}`;
  throw new AirworthyError('RUNTIME_FAILED', { message: `${name}: ${declined || 'the answer has no text'}` });
}

interface Chunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: GeneratedPiece['finishReason'] | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
}

/** Usage comes in a chunk of its own after the last text, and with it the piece that says why it ended. */
async function* readPieces(response: IncomingMessage): AsyncIterable<GeneratedPiece> {
  let last: GeneratedPiece = { text: '', finishReason: 'stop' };
  for await (const chunk of readEvents(response)) {
    const { choices, usage } = chunk as Chunk;
    const [choice] = choices ?? [];
    if (choice?.delta?.content) yield { text: choice.delta.content };
    if (choice?.finish_reason) last = { ...last, finishReason: choice.finish_reason };
    if (usage)
      last = { ...last, usage: { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } };
  }
  yield last;
}
