import type { Candidate, LearnerName } from './schema.ts';
import type { Condition, Dimension, Point, Space } from './search/space.ts';

/** Training rows from which a tenth can be spared to tell boosting when to stop; below, the rounds are searched. */
export const ROWS_FOR_EARLY_STOPPING = 5_000;
/** Leaves of a forest hold at least one row in so many: trees of a noisy target need not grow with the data. */
const FOREST_LEAVES = 2_000;

interface LearnerPlan {
  /** The settings tried first. */
  defaults: Candidate['params'];
  /** What the search may change. */
  dimensions: Record<string, Dimension>;
}

/** The order of trial: cheap first, so that a small budget still knows what a simple model can do. */
const CHEAP_FIRST: readonly LearnerName[] = ['linear', 'boosting', 'forest'];

function planOf(learner: LearnerName, rows: number): LearnerPlan {
  switch (learner) {
    case 'linear':
      return {
        defaults: { l2: 1 },
        dimensions: { l2: { kind: 'number', low: 1e-4, high: 1e3, scale: 'log' } },
      };
    case 'boosting':
      return planBoosting(rows);
    case 'forest':
      return {
        defaults: { minLeafRows: Math.max(1, Math.round(rows / FOREST_LEAVES)) },
        dimensions: {
          minLeafRows: {
            kind: 'integer',
            low: Math.max(1, Math.round(rows / FOREST_LEAVES / 2)),
            high: Math.max(20, Math.round(rows / 100)),
            scale: 'log',
          },
          featureShare: { kind: 'number', low: 0.2, high: 1 },
        },
      };
  }
}

function planBoosting(rows: number): LearnerPlan {
  const dimensions: LearnerPlan['dimensions'] = {
    learningRate: { kind: 'number', low: 0.02, high: 0.3, scale: 'log' },
    maxLeaves: { kind: 'integer', low: 4, high: 127, scale: 'log' },
    minLeafRows: { kind: 'integer', low: 5, high: 200, scale: 'log' },
    l2: { kind: 'number', low: 1e-3, high: 100, scale: 'log' },
    featureFraction: { kind: 'number', low: 0.3, high: 1 },
  };
  if (rows >= ROWS_FOR_EARLY_STOPPING) {
    return { defaults: { learningRate: 0.1, maxLeaves: 31, minLeafRows: 20 }, dimensions };
  }
  // Few rows are soon learnt by heart: half the steps, half the leaves.
  return {
    defaults: { learningRate: 0.05, maxLeaves: 15, minLeafRows: 20, iterations: 100 },
    dimensions: { ...dimensions, iterations: { kind: 'integer', low: 20, high: 400, scale: 'log' } },
  };
}

/** One trial a learner with settings that do well on most data. */
export function portfolio(learners: readonly LearnerName[], rows: number): Candidate[] {
  return CHEAP_FIRST.filter((learner) => learners.includes(learner)).map((learner) => ({
    learner,
    params: planOf(learner, rows).defaults,
  }));
}

/** All learners in one space: which learner, and the parameters of that one. */
export function searchSpace(learners: readonly LearnerName[], rows: number): Space {
  const choices = CHEAP_FIRST.filter((learner) => learners.includes(learner));
  const dimensions = choices.flatMap((learner) => {
    const when: Condition = { parameter: 'learner', is: learner };
    return Object.entries(planOf(learner, rows).dimensions).map(
      ([name, dimension]) => [`${learner}.${name}`, { ...dimension, when }] as const,
    );
  });
  return { learner: { kind: 'choice', choices }, ...Object.fromEntries(dimensions) };
}

export function toPoint({ learner, params }: Candidate): Point {
  const named = Object.entries(params).map(([name, value]) => [`${learner}.${name}`, value]);
  return { learner, ...Object.fromEntries(named) };
}

export function fromPoint({ learner, ...params }: Point): Candidate {
  const prefix = `${String(learner)}.`.length;
  const named = Object.entries(params).map(([name, value]) => [name.slice(prefix), value]);
  return { learner: learner as LearnerName, params: Object.fromEntries(named) };
}
