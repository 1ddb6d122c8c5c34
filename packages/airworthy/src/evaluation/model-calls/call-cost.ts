import type { Usage } from '../tasks/task.ts';
import type { CallCost } from './budget.ts';
import { readTokens } from './read-usage.ts';

/** Dollars of one answer; undefined where the model has no price. Throws where a budget needs one. */
export type PriceCall = (
  model: string,
  tokens: { input: number; output: number; cached: number | null },
) => number | undefined;

/** What an answer took: for the budget, where nothing counted is nothing; and for the record, where it is absent. */
export function costOfAnswer(
  price: PriceCall,
  model: string,
  body: unknown,
): { taken: CallCost; usage: Usage } {
  const { input, output, cached } = readTokens(body);
  if (input === null && output === null) return { taken: { tokens: 0, cost: 0 }, usage: {} };
  const cost = price(model, { input: input ?? 0, output: output ?? 0, cached });
  const usage = {
    ...(input === null ? {} : { inputTokens: input }),
    ...(output === null ? {} : { outputTokens: output }),
    ...(cost === undefined ? {} : { cost }),
  };
  return { taken: { tokens: (input ?? 0) + (output ?? 0), cost: cost ?? 0 }, usage };
}
