import type { Call } from '../skills/skill.ts';

/** A function as the OpenAI interface describes it: the registry's skills, or those of a benchmark. */
export interface Tool {
  type: 'function';
  function: { name: string; description?: string; parameters: Record<string, unknown> };
}

export interface PlanQuestion {
  /** What was said, as speech recognition writes it: lower case, numbers as words, no punctuation but apostrophes. */
  text: string;
  /** Where absent, the skills of the registry. Planners that learnt their skills take no others. */
  tools?: readonly Tool[];
}

/** What a planner makes of a sentence. Nothing of it has been checked. */
export interface Plan {
  /** One for each thing asked for; `other` where it is not for the assistant. Empty where the answer could not be read. */
  calls: Call[];
  /** How sure, 0 to 1; null where the planner cannot say. */
  confidence: number | null;
  /** As the model wrote it, or what the matcher matched. */
  raw: string;
  /** Tokens, where the model counts them. */
  usage?: { inputTokens: number; outputTokens: number };
}

/** Turns a sentence into calls. */
export interface Planner {
  /** As reports and traces name it: `templates`, `tagger`, `decoder`, `chat`. */
  readonly name: string;
  /** Version of model, prompt or rules: a digest that changes with the answers. */
  readonly version: string;
  plan(question: PlanQuestion, signal?: AbortSignal): Promise<Plan>;
  close(): Promise<void>;
}
