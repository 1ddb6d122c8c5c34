import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Page } from './answers.ts';
import type { Topic } from './live.ts';
import { get, type Query } from './request.ts';

/** A read of the API: its address is its key, and `topics` say which of the server's events make it stale. */
export function read<Answer>(path: string, topics: readonly Topic[], query: Query = {}) {
  return queryOptions({
    queryKey: [path, query],
    queryFn: ({ signal }) => get<Answer>(path, query, signal),
    meta: { topics },
  });
}

/** A keyset-paged list, page after page. */
export function list<Answer extends Page<unknown>>(
  path: string,
  topics: readonly Topic[],
  query: Query = {},
) {
  return infiniteQueryOptions({
    queryKey: [path, 'pages', query],
    queryFn: ({ signal, pageParam }) => get<Answer>(path, { ...query, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Answer) => last.next,
    placeholderData: keepPreviousData,
    meta: { topics },
  });
}

/** The newest of a list that grows without the server's saying so are asked for again in so many milliseconds. */
const ARRIVALS = 10_000;

/**
 * For a list that changes without the server's saying so: its first page is asked for again and again, unless more of
 * it was fetched, or nothing that it shows `canChange`.
 */
export function polled<Item>(canChange: (items: readonly Item[]) => boolean = () => true) {
  return {
    refetchInterval: ({ state }: { state: { data?: { pages: Page<Item>[] } | undefined } }) => {
      const [first, ...rest] = state.data?.pages ?? [];
      const isWanted = rest.length === 0 && (first === undefined || canChange(first.items));
      return isWanted ? ARRIVALS : (false as const);
    },
  };
}

/** A name as a part of an address. */
export const name = encodeURIComponent;
