import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Table } from '../models/table.ts';
import { type Clusters, numberClusters } from './measuring/clusters.ts';

/** The column that says which rows belong together. */
export interface ClusterColumn {
  column: string;
  /** By the config itself; else it is the column of a split by group, where rows without a group are one. */
  declared: boolean;
}

/** The rows' clusters. Throws SLICE_COLUMN_NOT_FOUND, and CLUSTER_MISSING where a declared column has no value in some rows. */
export function rowClusters(table: Table, { column: name, declared }: ClusterColumn): Clusters {
  const column = table.columns[name];
  if (!column) {
    const known = Object.keys(table.columns);
    const nearest = nearestName(name, known);
    throw new AirworthyError('SLICE_COLUMN_NOT_FOUND', {
      message: `evaluation.cluster names the column "${name}", which the data does not have; ${
        nearest === undefined ? `known: ${known.slice(0, 20).join(', ')}` : `did you mean "${nearest}"?`
      }`,
      at: 'evaluation.cluster',
    });
  }
  const keys = column.kind === 'category' ? column.codes : column.values;
  const isMissing = (key: number) => Number.isNaN(key) || (column.kind === 'category' && key < 0);
  const first = declared ? keys.findIndex(isMissing) : -1;
  if (first >= 0) {
    throw new AirworthyError('CLUSTER_MISSING', {
      message: `evaluation.cluster: the column "${name}" has no value in row ${first + 1}, so it cannot be told which rows belong together`,
      remedy: 'Fill the column in, or filter such rows out.',
      at: 'evaluation.cluster',
      facts: { column: name, row: first + 1 },
    });
  }
  return numberClusters(keys);
}
