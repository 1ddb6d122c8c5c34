import { useCallback, useRef, useState } from 'react';
import { streamChat } from '../../../api/chat.ts';
import type { ChatMessage } from '../../../api/chat-answers.ts';
import { asSent, NO_REPLY, type Reply, withChunk } from './chat-reply.ts';
import { randomHex } from './random-hex.ts';

/** How long an answer took, who gave it, and where it is written down. */
export interface ReplyFacts {
  startedAt: number;
  /** Milliseconds to the first piece, and to the last. */
  firstMs: number | null;
  totalMs: number | null;
  /** Everyone who was asked, the one that answered last. */
  servedBy: readonly string[];
  /** Of a prompt that is served. */
  arm: string | null;
  version: string | null;
  trace: string;
}

export interface Turn {
  id: number;
  message: ChatMessage;
  /** Of answers. */
  reply: Reply | null;
  facts: ReplyFacts | null;
  error: Error | null;
}

export interface ChatSettings {
  model: string;
  arm: string | null;
  /** Before the conversation. */
  prompt: readonly ChatMessage[];
  /** What a prompt that is served leaves open; null for any other model. */
  variables: Readonly<Record<string, unknown>> | null;
  /** `temperature`, `tools` and so on, as they are sent. */
  parameters: Readonly<Record<string, unknown>>;
  session: string;
}

export interface Chat {
  turns: readonly Turn[];
  isBusy: boolean;
  send(messages: readonly ChatMessage[], settings: ChatSettings): Promise<void>;
  stop(): void;
  clear(): void;
}

/** One conversation: what was said so far goes along with each question. */
export function useChat(): Chat {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [isBusy, setBusy] = useState(false);
  const asked = useRef<AbortController>(undefined);

  const send = useCallback(
    async (messages: readonly ChatMessage[], settings: ChatSettings) => {
      const abort = new AbortController();
      asked.current = abort;
      const said = [...turns, ...messages.map((message, index) => turnOf(turns.length + index, message))];
      const answer = (turn: Turn) => setTurns([...said, turn]);
      setBusy(true);
      await converse(said, settings, abort.signal, answer);
      setBusy(false);
    },
    [turns],
  );
  return {
    ...{ turns, isBusy, send },
    stop: () => asked.current?.abort(),
    clear: () => setTurns([]),
  };
}

/** Tells of the answer as it grows; what was answered before a failure stays. */
async function converse(
  said: readonly Turn[],
  settings: ChatSettings,
  signal: AbortSignal,
  tell: (turn: Turn) => void,
): Promise<void> {
  const trace = randomHex(16);
  const begun = performance.now();
  let facts: ReplyFacts = {
    startedAt: Date.now(),
    firstMs: null,
    totalMs: null,
    servedBy: [],
    arm: null,
    version: null,
    trace,
  };
  let reply = NO_REPLY;
  const show = (error: Error | null) =>
    tell({ id: said.length, message: reply.message, reply, facts, error });
  show(null);
  try {
    const { chunks, headers } = await streamChat(
      requestOf(said, settings),
      headersOf(settings, trace),
      signal,
    );
    facts = { ...facts, ...answeredBy(headers, trace) };
    for await (const chunk of chunks) {
      reply = withChunk(reply, chunk);
      facts = { ...facts, firstMs: facts.firstMs ?? performance.now() - begun };
      show(null);
    }
    facts = { ...facts, totalMs: performance.now() - begun };
    show(null);
  } catch (error) {
    if (signal.aborted) reply = { ...reply, finish: 'stopped' };
    show(signal.aborted ? null : (error as Error));
  }
}

function answeredBy(
  headers: Headers,
  trace: string,
): Pick<ReplyFacts, 'servedBy' | 'arm' | 'version' | 'trace'> {
  return {
    servedBy: headers.get('x-airworthy-served-by')?.split(', ') ?? [],
    arm: headers.get('x-airworthy-arm'),
    version: headers.get('x-airworthy-model-version'),
    trace: headers.get('x-airworthy-trace-id') ?? trace,
  };
}

function requestOf(said: readonly Turn[], { model, prompt, variables, parameters, session }: ChatSettings) {
  const messages = said.filter(({ error }) => error === null).map(({ message }) => asSent(message));
  return {
    ...parameters,
    ...(variables === null ? {} : { variables }),
    ...{ model, messages: [...prompt, ...messages], metadata: { session_id: session } },
  };
}

function headersOf({ arm }: ChatSettings, trace: string): Record<string, string> {
  const span = randomHex(8);
  return {
    traceparent: `00-${trace}-${span}-01`,
    ...(arm === null ? {} : { 'x-airworthy-arm': arm }),
  };
}

function turnOf(id: number, message: ChatMessage): Turn {
  return { id, message, reply: null, facts: null, error: null };
}
