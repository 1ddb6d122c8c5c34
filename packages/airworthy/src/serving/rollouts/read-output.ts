import { isRecord } from '../../kernel/is-record.ts';
import type { Output } from '../../models/to-prediction.ts';

/** The one number by which outputs are compared: the probability, the value, or how sure the most probable class is. */
export function readScore(output: Output): number | null {
  const score = scoreOf(output);
  return score !== null && Number.isFinite(score) ? score : null;
}

function scoreOf(output: Output): number | null {
  if ('value' in output) return output.value;
  if ('probability' in output) return output.probability;
  if ('probabilities' in output) return Math.max(...Object.values(output.probabilities));
  return null;
}

/** The label, where there is one; of other outputs the text that two must have in common to be the same. */
export function labelOf(output: Output): string {
  if ('label' in output) return String(output.label);
  return 'value' in output ? '' : JSON.stringify(output.output ?? null);
}

/** Is it an answer that nobody can use: a number that is none, or nothing at all? */
export function isInvalid(output: Output): boolean {
  const score = scoreOf(output);
  if (score !== null) return !Number.isFinite(score);
  return 'output' in output && (output.output === undefined || output.output === null) && !isRefusal(output);
}

/** Did a language model decline? */
export function isRefusal(output: Output): boolean {
  const { refusal } = besideOf(output);
  return typeof refusal === 'string' && refusal !== '';
}

/** What an answer cost, where its output says so. */
export function readCost(output: Output): number | null {
  const { cost } = besideOf(output);
  return typeof cost === 'number' && Number.isFinite(cost) ? cost : null;
}

/** A service of one's own says in its output what a prompt has beside it. */
function besideOf(output: Output): { cost?: unknown; refusal?: unknown } {
  if (!('output' in output)) return {};
  return isRecord(output.output) ? { ...output.output, ...output } : output;
}
