import { useQuery } from '@tanstack/react-query';
import { get } from '../../../api/request.ts';
import type { ListedRun, ListedRunsAnswer } from '../../../api/tracking-answers.ts';
import type { RunsSearch } from '../../../app/tracking-routes.ts';
import {
  type ColumnKey,
  columnText,
  intervalKeys,
  isIntervalEnd,
  isProgress,
  readColumns,
} from './column-key.ts';

export interface Columns {
  /** What the table shows. */
  shown: readonly ColumnKey[];
  /** What the server is asked for: also the ends of intervals. Undefined until it is known. */
  asked: string | undefined;
}

/** Where the address says none: what these newest runs have. */
const LOOKED_AT = 4;
const UNTIL_SOME = 10_000;
const FIRST_METRICS = 3;
const FIRST_PARAMS = 2;

/** The columns of the address, or a first choice by what the newest runs have. */
export function useColumns({ columns, experiment, parent }: RunsSearch): Columns {
  const { data, isError } = useQuery({
    queryKey: ['first columns', experiment, parent],
    queryFn: ({ signal }) => get<ListedRunsAnswer>('/runs', { experiment, parent, limit: LOOKED_AT }, signal),
    enabled: columns === undefined,
    // Once there are some they stay, however many runs follow; the first run of all has none when it starts.
    refetchInterval: ({ state: { data: found } }) =>
      found !== undefined && firstColumns(found.items).length === 0 ? UNTIL_SOME : false,
  });
  if (columns !== undefined) return withIntervals(readColumns(columns));
  if (data === undefined) return { shown: [], asked: isError ? '' : undefined };
  return withIntervals(firstColumns(data.items));
}

/** The metrics that most of them have, those with an interval first; params in which they differ. */
function firstColumns(runs: readonly ListedRun[]): ColumnKey[] {
  const metrics = new Map<string, number>();
  const params = new Map<string, Set<string>>();
  for (const run of runs) {
    const keys = new Set(run.metrics.map(({ key }) => key));
    for (const key of keys)
      if (!isIntervalEnd(key) && !isProgress(key))
        metrics.set(key, (metrics.get(key) ?? 0) + (keys.has(`${key}.low`) ? runs.length + 1 : 1));
    for (const [key, value] of Object.entries(run.params))
      params.set(key, (params.get(key) ?? new Set()).add(value));
  }
  const ranked = [...metrics].sort((a, b) => b[1] - a[1]).slice(0, FIRST_METRICS);
  const varied = [...params].sort((a, b) => b[1].size - a[1].size).slice(0, FIRST_PARAMS);
  return [
    ...ranked.map(([key]): ColumnKey => ({ kind: 'metrics', key })),
    ...varied.map(([key]): ColumnKey => ({ kind: 'params', key })),
  ].filter(({ key }) => !key.includes(','));
}

function withIntervals(shown: readonly ColumnKey[]): Columns {
  const ends = shown
    .filter(({ kind }) => kind === 'metrics')
    .flatMap(({ key }) => intervalKeys(key).map((end) => columnText({ kind: 'metrics', key: end })));
  return { shown, asked: [...shown.map(columnText), ...ends].join(',') };
}
