import { keepPreviousData } from '@tanstack/react-query';
import type { RunAnswer, RunsAnswer } from './answers.ts';
import { list, name, polled, read } from './reads.ts';
import { apiPath } from './request.ts';
import type {
  ArtifactEntry,
  Capture,
  ComparisonAnswer,
  CurvesAnswer,
  ExperimentsAnswer,
  FileFact,
  KeysAnswer,
  ListedRun,
  ListedRunsAnswer,
  Reproduction,
  RunKeysAnswer,
  ViewsAnswer,
} from './tracking-answers.ts';

/** As the server calls what a run has under keys. */
export type KeyKind = KeysAnswer['items'][number]['kind'];

type Optional<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined };

export const runs = (query: Optional<{ experiment: string; parent: string }> = {}) =>
  list<RunsAnswer>('/runs', ['runs'], query);
export const listedRuns = (
  query: Optional<{
    experiment: string;
    parent: string;
    filter: string;
    order: string;
    columns: string;
    limit: number;
  }>,
) => ({
  ...list<ListedRunsAnswer>('/runs', ['runs'], query),
  // The server tells of runs that start and end, not of what they log: that may also bring another run into the list.
  ...polled<ListedRun>(
    (items) =>
      query.filter !== undefined ||
      query.order !== undefined ||
      items.some(({ status }) => status === 'running'),
  ),
});
/** What is under way logs without the server's saying so. */
const LIVE = 2_000;

export const run = (id: string) => ({
  ...read<RunAnswer>(`/runs/${name(id)}`, ['runs']),
  refetchInterval: ({ state }: { state: { data: RunAnswer | undefined } }) =>
    state.data?.status === 'running' ? LIVE : (false as const),
});
/** Its metrics, with how many points each has. */
export const runMetrics = (id: string, isLive: boolean) => ({
  ...read<RunKeysAnswer>(`/runs/${name(id)}/metrics`, ['runs']),
  refetchInterval: isLive ? LIVE : (false as const),
});
export const runKeys = (kind: KeyKind, prefix: string) =>
  read<KeysAnswer>('/runs/keys', [], { kind, prefix });
export const experiments = () => list<ExperimentsAnswer>('/experiments', ['runs'], { limit: 200 });
export const views = (page: string) => read<ViewsAnswer>('/views', [], { page });
/** A metric of several runs as a plot shows it. */
export const curves = (
  query: {
    key: string;
    run: readonly string[];
    points: number;
    x: 'step' | 'time';
  },
  isLive: boolean,
) => ({
  ...read<CurvesAnswer>('/runs/curves', ['runs'], query),
  refetchInterval: isLive ? LIVE : (false as const),
  placeholderData: keepPreviousData,
});
export const capture = (id: string) => read<Capture | null>(`/runs/${name(id)}/capture`, ['runs']);
export const files = (id: string) => read<{ items: FileFact[] }>(`/runs/${name(id)}/files`, ['runs']);
export const artifacts = (id: string, path: string) =>
  read<{ items: ArtifactEntry[] }>(`/runs/${name(id)}/artifacts`, ['runs'], { path });
export const reproductions = (id: string) =>
  read<{ items: Reproduction[] }>(`/runs/${name(id)}/reproductions`, ['runs']);
/** Where an artifact's bytes are. */
export const artifactAddress = (id: string, path: string) =>
  apiPath(`/runs/${name(id)}/artifacts/${path.split('/').map(name).join('/')}`);
export const compared = (ids: readonly string[]) => ({
  ...read<ComparisonAnswer>('/runs/compare', ['runs'], { run: ids }),
  placeholderData: keepPreviousData,
});
