import type { Table, Task } from '../../models/table.ts';
import type { ComputedFigure } from '../decide-gate.ts';
import { toOutcomes } from '../read-outcomes.ts';
import { type ClusterColumn, rowClusters } from '../row-clusters.ts';
import type { GateMetric } from '../schema.ts';
import { measureFairness } from './measure-fairness.ts';
import type { FairnessConfig, FairnessReport } from './schema.ts';

export interface FairnessFigures {
  config: FairnessConfig;
  task: Task;
  /** The rows, with the columns of the groups and of the clusters. */
  table: Table;
  /** The target of each row, as `readTarget` gives it. */
  y: ArrayLike<number>;
  /** The candidate's output on the rows. */
  scores: Float64Array;
  threshold?: number | undefined;
  cluster?: ClusterColumn | undefined;
}

/**
 * Gaps between groups as figures that gates may name, one a column of groups; measured once a confidence.
 *
 * @example
 * const figures = fairnessFigures({ config: config.fairness, task, table, y, scores });
 * await decideGates(context, { runId, task, y, candidate: scores, baseline, gates, figures });
 */
export function fairnessFigures(
  input: FairnessFigures,
): (metric: GateMetric, confidence: number) => ComputedFigure[] {
  const measured = new Map<number, FairnessReport>();
  return (metric, confidence) => {
    const report = measured.get(confidence) ?? measureAt(input, confidence);
    measured.set(confidence, report);
    return report.tables.flatMap(({ column, gaps }) =>
      gaps
        .filter(({ name }) => name === metric)
        .map(({ value, low, high, n, method, reason }) => ({
          ...{ metric, of: column, value, low, high, n, method },
          ...(report.clusters === null ? {} : { clusters: report.clusters }),
          ...(reason === undefined ? {} : { reason }),
        })),
    );
  };
}

function measureAt(
  { config, task, table, y, scores, threshold, cluster }: FairnessFigures,
  confidence: number,
): FairnessReport {
  const outcomes = toOutcomes(task, y, scores, threshold);
  const clusters = cluster && rowClusters(table, cluster);
  return measureFairness({ table, outcomes, config, confidence, clusters });
}
