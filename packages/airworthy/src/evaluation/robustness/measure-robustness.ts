import { compareSamples } from '../measuring/compare-samples.ts';
import { estimateSample } from '../measuring/estimate-sample.ts';
import type { RobustnessRow } from '../report/schema.ts';
import { parentPositions, type RobustnessData, robustnessSamples } from './robustness-samples.ts';

/**
 * What each perturbation, and all together, does to the answers of a task: how many keep what is expected of them, and by how much
 * each metric is worse on the perturbed cases than on their parents, pair by pair. Clusters hold a case with its perturbations.
 *
 * @example
 * measureRobustness({ cases, answers, samples }); // [{ perturbation: 'all', … }, { perturbation: 'typos', held: { value: 0.94, … }, … }]
 */
export function measureRobustness({
  confidence = 0.95,
  ...data
}: RobustnessData & { confidence?: number }): RobustnessRow[] {
  const { cases, samples } = data;
  const parents = parentPositions(cases);
  const perturbed = cases.flatMap((_, position) => (parents[position] >= 0 ? [position] : []));
  if (perturbed.length === 0) return [];
  const shares = robustnessSamples(data).filter(({ metric }) => !metric.name.endsWith('/worst-case'));
  const groups = Map.groupBy(perturbed, (position) => cases[position].perturbation ?? 'unnamed');
  const rowOf = (perturbation: string, positions: readonly number[]): RobustnessRow => {
    const rows = Int32Array.from(positions);
    return {
      perturbation,
      cases: rows.length,
      held: shares.map((sample) => estimateSample(sample, { confidence, rows })).filter(({ n }) => n > 0),
      changes: samples
        .filter(({ metric }) => metric.aggregate.kind === 'mean')
        .map((sample) => compareSamples(sample, sample, { confidence, pairs: parents, rows }))
        .filter(({ n }) => n > 0),
    };
  };
  const each = [...groups].map(([name, positions]) => rowOf(name, positions));
  return groups.size > 1 ? [rowOf('all', perturbed), ...each] : each;
}
