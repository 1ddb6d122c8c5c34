import { type Figure, toFigure } from '../journey/figure.ts';
import { judgeAnswers } from '../journey/judge-answers.ts';
import type { Call } from '../skills/skill.ts';
import { type BfclCase, CATEGORIES, type Category } from './read-bfcl.ts';

/** What a planner made of a case. */
export interface PlannedCase {
  case: BfclCase;
  calls: readonly Call[];
}

export interface CategoryFigure extends Figure {
  category: Category;
}

/** Scores plans by the leaderboard's rules, by category, with intervals. */
export async function judgePlans(
  planner: string,
  planned: readonly PlannedCase[],
  setting: { dataFolder: string; signal?: AbortSignal | undefined },
): Promise<CategoryFigure[]> {
  const { report } = await judgeAnswers(
    {
      suite: 'bfcl',
      tasks: [planner],
      scorers: [{ type: 'tool-calls', texts: 'loose' }],
      slices: ['category'],
      cases: planned.map(({ case: { id, category, functions, expected }, calls }) => ({
        id,
        answers: { [planner]: { value: null, toolCalls: calls } },
        expected,
        metadata: { category, tools: functions },
      })),
    },
    setting,
  );
  return CATEGORIES.flatMap((category) => {
    const slice = report.tasks[0].slices.find(({ name }) => name === `category=${category}`);
    const metric = slice?.metrics.find(({ name }) => name === 'tool-calls');
    return metric === undefined ? [] : [{ category, ...toFigure(metric) }];
  });
}
