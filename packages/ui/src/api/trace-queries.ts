import type { Page } from './answers.ts';
import { list, name, polled, read } from './reads.ts';
import type { SessionItem, SpanAnswer, SpanItem, TraceAnswer, TraceItem } from './tracking-answers.ts';

export interface TraceQuery {
  filter?: string | undefined;
  experiment?: string | undefined;
  session?: string | undefined;
  run?: string | undefined;
}

/** The server does not tell of traces. */
export const traces = (query: TraceQuery) => ({
  ...list<Page<TraceItem>>('/traces', [], { ...query, limit: 100 }),
  ...polled(),
});
export const trace = (id: string) => read<TraceAnswer>(`/traces/${name(id)}`, []);
/** The spans right below one, or below the trace itself. */
export const spans = (id: string, parent: string | null, after: string | null) =>
  read<Page<SpanItem>>(`/traces/${name(id)}/spans`, [], { parent, after, limit: 500 });
export const span = (id: string, of: string) => read<SpanAnswer>(`/traces/${name(id)}/spans/${name(of)}`, []);
export const sessions = (query: { experiment?: string | undefined }) =>
  list<Page<SessionItem>>('/sessions', [], { ...query, limit: 100 });
export const session = (id: string) => read<SessionItem>(`/sessions/${name(id)}`, []);
/** Oldest first. */
export const sessionTurns = (id: string) =>
  list<Page<TraceItem>>(`/sessions/${name(id)}/traces`, [], { limit: 100 });
