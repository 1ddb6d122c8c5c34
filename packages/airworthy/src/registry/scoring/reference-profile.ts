import type { MetricResult } from '../../evaluation/index.ts';
import type { Model } from '../../models/model.ts';
import type { Field, Table } from '../../models/table.ts';
import { describeColumn, type ReferenceColumn } from './reference-column.ts';
import { describeOutput, type ReferenceOutput } from './reference-output.ts';

/**
 * What production is later compared with, without the rows themselves: distributions on edges that are carried
 * along, so that counts of any period can be made on the same edges and compared or added.
 */
export interface ReferenceProfile {
  format: 'airworthy-reference-profile/1';
  rows: number;
  /** The schema with units and ranges. */
  fields: Field[];
  columns: ReferenceColumn[];
  output: ReferenceOutput;
  metrics: Pick<MetricResult, 'name' | 'value' | 'low' | 'high' | 'n'>[];
}

/** The profile of the test rows, their scores (rows x outputs) and what was measured on them. */
export function buildReferenceProfile(
  model: Model,
  table: Table,
  scores: Float64Array,
  metrics: readonly MetricResult[],
): ReferenceProfile {
  return {
    format: 'airworthy-reference-profile/1',
    rows: table.rows,
    fields: model.fields,
    columns: model.fields.map((field) => describeColumn(field, table.columns[field.name])),
    output: describeOutput(model, scores),
    metrics: metrics.map(({ name, value, low, high, n }) => ({ name, value, low, high, n })),
  };
}
