import type { Table } from '../../models/table.ts';
import {
  allCoalitions,
  type Coalitions,
  exactShapley,
  type GameEnds,
  MOST_EXACT_PLAYERS,
  type ShapleyEstimate,
} from '../../stats/explain/coalitions.ts';
import { planKernel, solveKernel } from '../../stats/explain/kernel-shap.ts';
import { planOrders, solveOrders } from '../../stats/explain/permutation-shap.ts';
import { createRandom } from '../../stats/random.ts';
import type { ExplainRequest } from './explain-request.ts';
import { MOST_ROWS, type ModelQuestions } from './model-questions.ts';
import type { ShapAlgorithm } from './schema.ts';
import { emptyRaw, rawOf, withRaw } from './tables.ts';

/** Coalitions to ask for, and how their worth becomes values. */
export interface CoalitionPlan {
  coalitions: Coalitions;
  solve(worth: Float64Array, ends: GameEnds): ShapleyEstimate;
  exact: boolean;
}

/** The same coalitions for every row, so that rows can be compared. */
export function planCoalitions(
  { model, spec }: Pick<ExplainRequest, 'model' | 'spec'>,
  algorithm: ShapAlgorithm,
): CoalitionPlan {
  const players = model.fields.length;
  const budget = spec.budget ?? 2 * players + 2_048;
  const random = createRandom(spec.seed).fork('coalitions');
  if (algorithm === 'permutation') {
    const plan = planOrders(players, spec.budget ?? 20 * players, random);
    return { coalitions: plan, solve: (worth, ends) => solveOrders(plan, worth, ends), exact: players === 1 };
  }
  if (algorithm === 'exact' || players === 1) {
    const solve = (worth: Float64Array, ends: GameEnds) => exactShapley(players, worth, ends);
    return { coalitions: allCoalitions(players), solve, exact: true };
  }
  const plan = planKernel(players, budget, random);
  return {
    coalitions: plan,
    solve: (worth, ends) => solveKernel(plan, worth, ends),
    exact: plan.groups === 0,
  };
}

/** Few fields are tried in every combination. */
export function defaultSampling(players: number): ShapAlgorithm {
  return players <= MOST_EXACT_PLAYERS ? 'exact' : 'kernel';
}

/**
 * What each coalition of fields is worth for a row: the mean prediction over the background rows with the row's values in
 * the coalition's fields.
 */
export async function worthOfCoalitions(
  { rows, background, model }: Pick<ExplainRequest, 'rows' | 'background' | 'model'>,
  row: number,
  { count, members, players }: Coalitions,
  questions: ModelQuestions,
): Promise<Float64Array> {
  const worth = new Float64Array(count);
  const each = background.rows;
  const block = Math.max(1, Math.floor(MOST_ROWS / each));
  for (let start = 0; start < count; start += block) {
    const size = Math.min(block, count - start);
    const columns = model.fields.map(({ name }, player) => {
      const column = background.columns[name];
      const raw = emptyRaw(column, size * each);
      for (let index = 0; index < size; index++) {
        if (members[(start + index) * players + player] === 0) raw.set(rawOf(column), index * each);
        else raw.fill(rawOf(rows.columns[name])[row], index * each, (index + 1) * each);
      }
      return [name, withRaw(column, raw)] as const;
    });
    const table: Table = { rows: size * each, columns: Object.fromEntries(columns) };
    const outputs = await questions.ask(table);
    for (let at = 0; at < outputs.length; at++) worth[start + Math.floor(at / each)] += outputs[at] / each;
  }
  return worth;
}
