import type { Planner } from '../planners/planner.ts';
import { type CategoryFigure, judgePlans, type PlannedCase } from './judge-plans.ts';
import { type BfclCase, CATEGORIES, readBfcl, toolsOf } from './read-bfcl.ts';

export interface BfclOptions {
  planner: Planner;
  dataFolder: string;
  /** Of each category only the first so many. */
  first?: number;
  onProgress?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * The Berkeley Function Calling Leaderboard through the planner interface: each case brings its own functions, the product's
 * scorer says whether the right ones were called, by category.
 */
export async function runBfcl(options: BfclOptions): Promise<CategoryFigure[]> {
  const { planner, dataFolder, first, onProgress = () => {}, signal } = options;
  const planned: PlannedCase[] = [];
  for (const category of CATEGORIES) {
    const cases = readBfcl(category).slice(0, first);
    onProgress(`${category}: ${cases.length} cases`);
    for (const each of cases) planned.push({ case: each, calls: await plan(planner, each, signal) });
  }
  return judgePlans(planner.name, planned, { dataFolder, signal });
}

/** No call is what it is asked for where `other` says so: the leaderboard has no such function. */
async function plan(planner: Planner, each: BfclCase, signal: AbortSignal | undefined) {
  const { calls } = await planner.plan({ text: each.text, tools: toolsOf(each) }, signal);
  return calls.filter(({ name }) => name !== 'other');
}
