import type { ColumnProfile, DatasetVersion } from '../data/index.ts';
import { count, figure, moment } from '../kernel/figures.ts';
import { formatFacts, formatTable } from './format-table.ts';

/** A dataset version on one screen: where it comes from, and a line a column. */
export function describeVersion(version: DatasetVersion): string {
  const { source, schema, profile } = version;
  return [
    formatFacts([
      ['dataset', `${version.dataset} version ${version.number}`],
      ['digest', version.digest],
      ['rows', `${count(version.rows)} of ${count(source.rowsRead)} read`],
      ['source', source.source.join(', ')],
      ...source.filters.map(
        (filter) =>
          ['filter', `${filter.keep} (${count(filter.excluded)} excluded: ${filter.because})`] as const,
      ),
      ['target', schema.target?.name ?? 'none'],
      ['added', `${moment(version.createdAt)} by ${version.actor}`],
    ]),
    '',
    formatTable(
      [
        { heading: 'column' },
        { heading: 'kind' },
        { heading: 'missing', align: 'right' },
        { heading: 'distinct', align: 'right' },
        { heading: 'values' },
        { heading: 'predicts target', align: 'right' },
      ],
      profile.columns.map(columnCells),
    ),
  ].join('\n');
}

function columnCells(column: ColumnProfile): string[] {
  const { distinct, association } = column;
  return [
    column.name,
    column.kind,
    count(column.missing),
    `${distinct.approximate ? '~' : ''}${count(distinct.count)}`,
    valuesText(column),
    association === undefined ? '' : figure(association.value),
  ];
}

function valuesText(column: ColumnProfile): string {
  const { minimum, maximum, mean } = column;
  if (minimum === undefined || maximum === undefined || column.kind === 'boolean') {
    return column.top
      .slice(0, 3)
      .map((entry) => `${entry.value} (${count(entry.count)})`)
      .join(', ');
  }
  if (column.kind === 'timestamp') return `${moment(minimum)} to ${moment(maximum)}`;
  return `${figure(minimum)} to ${figure(maximum)}${mean === undefined ? '' : `, mean ${figure(mean)}`}`;
}
