import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { name } from '../../../api/reads.ts';
import { get } from '../../../api/request.ts';
import type { LogAnswer, LogChunk } from '../../../api/tracking-answers.ts';

export type LogFrom = 'beginning' | 'end';

interface Options {
  stream: LogChunk['stream'] | undefined;
  from: LogFrom;
  isLive: boolean;
}

interface Log {
  chunks: readonly LogChunk[];
  isLoading: boolean;
  error: Error | null;
  /** Is there more before what is held? */
  hasEarlier: boolean;
  /** Reads on; absent while it does, and where nothing more can come. */
  more: (() => void) | undefined;
}

const PAGE = 1_000;
const POLL = 1_000;

/** The log's end, asked each second for what came since while the run runs; or its pages from the beginning. */
export function useLog(run: string, { stream, from, isLive }: Options): Log {
  const path = `/runs/${name(run)}/log`;
  const query = useInfiniteQuery({
    queryKey: [path, stream, from],
    queryFn: ({ signal, pageParam }) =>
      get<LogAnswer>(
        path,
        {
          stream,
          limit: PAGE,
          after: pageParam,
          ...(from === 'end' && pageParam === undefined ? { tail: 'true' } : {}),
        },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: LogAnswer) => next,
    // What was printed stays as it was; what comes is asked for by the page itself.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    select: toHeld,
  });
  const { fetchNextPage, isFetching } = query;
  // A server that takes longer than the pause is waited for.
  const more = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  usePoll(more, isLive && from === 'end');
  const held = query.data ?? NOTHING;
  return {
    chunks: held.chunks,
    isLoading: query.isPending,
    error: query.data === undefined ? query.error : null,
    hasEarlier: held.hasEarlier,
    more: isFetching || held.isAll ? undefined : more,
  };
}

const NOTHING = { chunks: [], hasEarlier: false, isAll: true };

/** Where a poll brought nothing new, this is the same as before, and nothing is read or drawn again. */
function toHeld({ pages }: InfiniteData<LogAnswer>) {
  return {
    chunks: pages.flatMap(({ items }) => items),
    hasEarlier: pages[0].items.length >= PAGE,
    isAll: pages[pages.length - 1].items.length < PAGE,
  };
}

/** Also once when it goes off: a run's last words may have come after the last poll. */
function usePoll(ask: () => void, isOn: boolean): void {
  const wasOn = useRef(false);
  useEffect(() => {
    if (!isOn && wasOn.current) ask();
    wasOn.current = isOn;
    if (!isOn) return;
    const timer = setInterval(ask, POLL);
    return () => clearInterval(timer);
  }, [ask, isOn]);
}
