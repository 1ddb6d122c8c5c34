/** The OpenAI shapes that a conversation needs; what else a provider sends passes by. */

export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string | null;
  tool_calls?: ToolCall[];
  tool_call_id?: string;
}

export interface ChatUsage {
  prompt_tokens: number;
  completion_tokens: number;
}

interface ChatDelta {
  content?: string | null;
  refusal?: string | null;
  tool_calls?: {
    index: number;
    id?: string;
    function?: { name?: string; arguments?: string };
  }[];
}

export interface ChatChunk {
  model?: string;
  choices?: { delta?: ChatDelta; finish_reason?: string | null }[];
  usage?: ChatUsage | null;
}

export interface ModelsList {
  data: { id: string; owned_by?: string }[];
}
