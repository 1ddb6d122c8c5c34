import type { Table } from '../../models/table.ts';
import { type Outcomes, selectOutcomes } from '../../stats/outcomes.ts';
import { type Clusters, selectClusters } from '../measuring/clusters.ts';
import type { RowGroup } from '../slice-rows.ts';
import { fairnessGaps } from './fairness-gaps.ts';
import { groupMetrics, type MeasuredRows } from './group-metrics.ts';
import { groupRows } from './group-rows.ts';
import { sumGroups } from './group-sums.ts';
import type { FairnessConfig, FairnessGroup, FairnessReport, FairnessTable } from './schema.ts';

export interface MeasureFairness {
  /** The rows, with the columns that say who each is about. */
  table: Table;
  /** What happened and what was predicted, in the order of the rows. */
  outcomes: Outcomes;
  config: FairnessConfig;
  confidence?: number;
  /** Which rows belong together; absent where they are independent. */
  clusters?: Clusters | undefined;
  seed?: number;
}

/**
 * How a model did by group: selection rate, TPR, FPR, PPV, accuracy and calibration error (of numbers the mean error), each
 * with its interval, and how far the groups lie apart. Groups of fewer rows than the minimum are counted, not compared.
 *
 * @throws FAIRNESS_COLUMN_NOT_FOUND.
 * @example
 * const { tables } = measureFairness({ table, outcomes, config: { groups: ['sex'], minimum: 30 } });
 * tables[0].gaps[0]; // { name: 'selection-rate-gap', value: 0.12, low: 0.04, high: 0.2, n: 1200, … }
 */
export function measureFairness(input: MeasureFairness): FairnessReport {
  const { table, config, confidence = 0.95, clusters } = input;
  return {
    minimum: config.minimum,
    confidence,
    clusters: clusters?.count ?? null,
    tables: config.groups.map((column) => fairnessTable(column, groupRows(table, column), input)),
  };
}

/** The same for groups that are known already, such as the slices of a suite whose cases have a true label. */
export function fairnessTable(
  column: string,
  groups: readonly RowGroup[],
  { outcomes, config, confidence = 0.95, clusters, seed = 1 }: Omit<MeasureFairness, 'table'>,
): FairnessTable {
  const measured = groups.map((group) =>
    measureGroup(group, config.minimum, { outcomes, clusters, confidence }),
  );
  const groupOf = new Int32Array(outcomes.y.length).fill(-1);
  const compared = measured.flatMap((group, index) => (group.status === 'too-few' ? [] : [index]));
  for (const [place, index] of compared.entries()) for (const row of groups[index].rows) groupOf[row] = place;
  return {
    column,
    groups: measured,
    overall: groupMetrics({ outcomes, clusters, confidence }),
    gaps: fairnessGaps({
      ...{ column, kind: outcomes.kind, confidence, seed },
      sums: sumGroups(outcomes, groupOf, compared.length, clusters?.of),
      groups: compared.map((index) => {
        const { value, n, metrics } = measured[index];
        return {
          value,
          n,
          has: new Set(metrics.flatMap((each) => (each.value === null ? [] : [each.name]))),
        };
      }),
    }),
  };
}

function measureGroup(
  { value, rows }: RowGroup,
  minimum: number,
  { outcomes, clusters, confidence }: MeasuredRows,
): FairnessGroup {
  const own = selectOutcomes(outcomes, rows);
  const n = rows.length;
  const positives = own.kind === 'binary' ? own.y.reduce<number>((sum, label) => sum + label, 0) : null;
  if (n < minimum) return { value, n, positives, status: 'too-few', metrics: [] };
  const together = clusters && selectClusters(clusters, rows);
  const metrics = groupMetrics({ outcomes: own, clusters: together, confidence });
  const few = metrics.some((metric) => metric.name === 'tpr' && metric.value === null);
  return { value, n, positives, status: few ? 'few-positives' : 'measured', metrics };
}
