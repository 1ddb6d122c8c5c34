/** What of `/v1/chat/completions` is read; servers leave out what they like, so that everything is optional. */
export interface ChatAnswer {
  choices?: { message?: ChatMessage; finish_reason?: string | null }[];
  usage?: ChatUsage | null;
  error?: { message?: string } | string;
}

export interface ChatMessage {
  content?: string | null;
  /** Arguments are JSON in a string; some servers send the object. */
  tool_calls?: { id?: string; type?: string; function?: { name?: string; arguments?: unknown } }[] | null;
}

export interface ChatUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
}

/** One event of a streamed answer. */
export interface ChatChunk {
  choices?: { delta?: ChatDelta; finish_reason?: string | null }[];
  usage?: ChatUsage | null;
  error?: { message?: string } | string;
}

export interface ChatDelta {
  content?: string | null;
  tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: unknown } }[] | null;
}
