/** What is used of node-llama-cpp: an optional peer, so that its own types may not be there. */
export interface LlamaModule {
  getLlama(options: LlamaSetting): Promise<Llama>;
  LlamaGrammarEvaluationState: new (options: { model: LlamaModel; grammar: LlamaGrammar }) => object;
}

export interface LlamaSetting {
  build: 'never';
  gpu: false;
  maxThreads: number;
  logLevel: 'error';
  progressLogs: false;
}

export interface Llama {
  loadModel(options: { modelPath: string }): Promise<LlamaModel>;
  createGrammar(options: { grammar: string }): Promise<LlamaGrammar>;
  createGrammarForJsonSchema(schema: Readonly<Record<string, unknown>>): Promise<LlamaGrammar>;
}

export interface LlamaGrammar {
  readonly grammar: string;
}

export type Token = number;

export interface LlamaModel {
  readonly tokens: { readonly bos: Token | null };
  tokenize(text: string, specialTokens: boolean): Token[];
  detokenize(tokens: readonly Token[], specialTokens: boolean): string;
  createContext(options: ContextSetting): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

export interface ContextSetting {
  contextSize: number;
  batchSize: number;
  threads: number;
  lora?: { adapters: { filePath: string }[] };
}

export interface LlamaContext {
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaSequence {
  clearHistory(): Promise<void>;
  evaluateWithMetadata(
    tokens: readonly Token[],
    metadata: { confidence: true },
    options: { temperature: number; seed?: number; grammarEvaluationState?: object },
  ): AsyncGenerator<{ token: Token; confidence: number }>;
}
