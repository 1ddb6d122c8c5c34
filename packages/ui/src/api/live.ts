import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

/** What may have changed on the server, in its words. */
export type Topic =
  | 'alerts'
  | 'windows'
  | 'labels'
  | 'models'
  | 'endpoints'
  | 'runs'
  | 'improvements'
  | 'rollout'
  | 'gateway'
  | 'datasets';

/** `heard`: when the server last spoke, by this machine's clock. */
export interface LiveState {
  state: 'connecting' | 'live' | 'lost';
  heard: number | null;
}

let current: LiveState = { state: 'connecting', heard: null };
const listeners = new Set<() => void>();

function set(next: LiveState): void {
  current = next;
  for (const listener of listeners) listener();
}

/** At most one refetch a topic in so many milliseconds, however fast the server's traffic. */
const PAUSE = 1_000;

/**
 * Listens to the server's events and marks what they concern as stale, so that what is on screen is fetched again.
 * The browser reconnects by itself; after a gap everything is stale.
 */
export function listen(client: QueryClient): () => void {
  const source = new EventSource('/api/v1/live');
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gap = false;

  const heard = () => set({ state: 'live', heard: Date.now() });
  const refetch = () => {
    timer = undefined;
    const topics = new Set(waiting);
    waiting.clear();
    void client.invalidateQueries({
      predicate: (query) => isConcerned(query.meta?.topics, topics) && !isLong(query.state.data),
    });
  };

  source.addEventListener('open', () => {
    heard();
    if (gap) void client.invalidateQueries();
    gap = false;
  });
  source.addEventListener('heartbeat', heard);
  source.addEventListener('changed', (event) => {
    heard();
    for (const topic of readTopics(event.data)) waiting.add(topic);
    timer ??= setTimeout(refetch, PAUSE);
  });
  source.addEventListener('error', () => {
    gap = true;
    set({ state: 'lost', heard: current.heard });
  });
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function isConcerned(own: unknown, topics: ReadonlySet<string>): boolean {
  return Array.isArray(own) && own.some((topic) => topics.has(topic));
}

/** A list that was scrolled far would be fetched page by page again, at each event. */
const MOST_PAGES = 3;

function isLong(data: unknown): boolean {
  const { pages } = (data ?? {}) as { pages?: unknown[] };
  return pages !== undefined && pages.length > MOST_PAGES;
}

function readTopics(data: string): string[] {
  try {
    return (JSON.parse(data) as { topics?: string[] }).topics ?? [];
  } catch {
    return [];
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLive(): LiveState {
  return useSyncExternalStore(subscribe, () => current);
}
