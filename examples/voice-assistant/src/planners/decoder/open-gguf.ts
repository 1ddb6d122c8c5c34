import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Llama, LlamaGrammar, LlamaModel, LlamaModule, LlamaSequence, Token } from './llama-module.ts';
import { loadLlama } from './load-llama.ts';

const CONTEXT_SIZE = 1024;
/** A call takes 10 to 30 pieces; an untrained model writes on until it is stopped. */
const MAX_PIECES = 64;

export interface GgufFiles {
  modelPath: string;
  /** Low-rank adapter on top of it. */
  adapterPath?: string;
}

export interface WritingOptions {
  grammar?: LlamaGrammar;
  maxPieces?: number;
  /** 0, the default: always the likeliest piece. */
  temperature?: number;
  seed?: number;
  onPiece?: (text: string) => void;
  signal?: AbortSignal;
}

export interface Written {
  text: string;
  /** The product of the probabilities of its pieces. */
  confidence: number;
  /** Did it come to an end of its own? */
  complete: boolean;
  usage: { inputTokens: number; outputTokens: number };
}

/** A decoder in GGUF files that goes on from a sentence. It does one at a time; others wait. */
export interface Gguf {
  name: string;
  /** Changes with the files. */
  version: string;
  grammarOf(source: { gbnf: string } | { schema: Readonly<Record<string, unknown>> }): Promise<LlamaGrammar>;
  write(sentence: string, options?: WritingOptions): Promise<Written>;
  close(): Promise<void>;
}

/** The sentence is more than the model can read. */
export class SentenceTooLongError extends Error {}

export async function openGguf({ modelPath, adapterPath }: GgufFiles): Promise<Gguf> {
  const version = await digestOf(adapterPath === undefined ? [modelPath] : [modelPath, adapterPath]);
  const { module, llama } = await loadLlama();
  const model = await loadModel(llama, modelPath);
  const context = await model.createContext({
    contextSize: CONTEXT_SIZE,
    batchSize: CONTEXT_SIZE,
    threads: 1,
    ...(adapterPath === undefined ? {} : { lora: { adapters: [{ filePath: adapterPath }] } }),
  });
  const sequence = context.getSequence();
  let queue: Promise<unknown> = Promise.resolve();
  return {
    name: basename(adapterPath ?? modelPath, '.gguf'),
    version,
    grammarOf: (source) =>
      'gbnf' in source
        ? llama.createGrammar({ grammar: source.gbnf })
        : llama.createGrammarForJsonSchema(source.schema),
    write(sentence, options = {}) {
      const written = queue.then(() => write({ module, model, sequence }, sentence, options));
      queue = written.catch(() => {});
      return written;
    },
    async close() {
      await queue;
      await context.dispose();
      await model.dispose();
    },
  };
}

interface Loaded {
  module: LlamaModule;
  model: LlamaModel;
  sequence: LlamaSequence;
}

async function write(
  { module, model, sequence }: Loaded,
  sentence: string,
  options: WritingOptions,
): Promise<Written> {
  const {
    grammar,
    maxPieces = grammar === undefined ? MAX_PIECES : CONTEXT_SIZE / 2,
    temperature = 0,
    seed,
    onPiece,
    signal,
  } = options;
  signal?.throwIfAborted();
  const prompt = promptOf(model, sentence, CONTEXT_SIZE - maxPieces);
  await sequence.clearHistory();
  const pieces: Token[] = [];
  let confidence = 1;
  const sampling = {
    temperature,
    ...(seed === undefined ? {} : { seed }),
    ...(grammar === undefined
      ? {}
      : { grammarEvaluationState: new module.LlamaGrammarEvaluationState({ model, grammar }) }),
  };
  let complete = true;
  for await (const { token, confidence: sure } of sequence.evaluateWithMetadata(
    prompt,
    { confidence: true },
    sampling,
  )) {
    signal?.throwIfAborted();
    pieces.push(token);
    confidence *= sure;
    onPiece?.(model.detokenize([token], false));
    if (pieces.length < maxPieces) continue;
    complete = false;
    break;
  }
  const usage = { inputTokens: prompt.length, outputTokens: pieces.length };
  return { text: model.detokenize(pieces, false), confidence, complete, usage };
}

/** As it was trained: the sentence, then a piece that says: now the call. Nothing in the sentence can be that piece. */
function promptOf(model: LlamaModel, sentence: string, longest: number): Token[] {
  const start = model.tokens.bos === null ? [] : [model.tokens.bos];
  const prompt = [...start, ...model.tokenize(sentence, false), ...model.tokenize('<|call|>', true)];
  if (prompt.length <= longest) return prompt;
  throw new SentenceTooLongError(
    `The sentence has ${prompt.length} pieces; the decoder reads at most ${longest}. Say less at once.`,
  );
}

async function loadModel(llama: Llama, modelPath: string): Promise<LlamaModel> {
  try {
    return await llama.loadModel({ modelPath });
  } catch (error) {
    throw new Error(
      `${modelPath} is no GGUF file that llama.cpp can run, or only a part of one: train or copy it again.`,
      { cause: error },
    );
  }
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(await readModel(path));
  return hash.digest('hex').slice(0, 12);
}

async function readModel(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(
      `The decoder's file ${path} cannot be read: make it with training/train_decoder.py, or give the path of another.`,
      { cause: error },
    );
  }
}
