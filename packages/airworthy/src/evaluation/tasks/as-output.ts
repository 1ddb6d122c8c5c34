import { readTokens } from '../model-calls/read-usage.ts';
import type { TaskOutput } from './task.ts';

const MEMBERS = new Set([
  'value',
  'toolCalls',
  'steps',
  'retrieved',
  'usage',
  'latencyMs',
  'finishReason',
  'refusal',
  'traceId',
]);

/**
 * What a function or command gave, as an output: an object with `value` and otherwise only members of `TaskOutput` is one
 * (so that tool calls and steps may stand beside the answer), anything else is the answer.
 */
export function asOutput(given: unknown): TaskOutput {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return { value: given ?? null };
  const names = Object.keys(given);
  const isOutput = names.includes('value') && names.every((name) => MEMBERS.has(name));
  if (!isOutput) return { value: given };
  const output = given as TaskOutput;
  return output.usage === undefined ? output : { ...output, usage: usageFrom(output.usage) };
}

/** Usage in our words, or in those of the API that it was taken from. */
function usageFrom(usage: NonNullable<TaskOutput['usage']>): NonNullable<TaskOutput['usage']> {
  const { input, output } = readTokens({ usage });
  return {
    ...(input === null ? {} : { inputTokens: input }),
    ...(output === null ? {} : { outputTokens: output }),
    ...usage,
  };
}
