import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { spans } from '../../../api/trace-queries.ts';
import type { SpanItem, TraceAnswer } from '../../../api/tracking-answers.ts';

/** A line of the waterfall. */
export interface SpanRow {
  span: SpanItem;
  depth: number;
  isOpen: boolean;
}

interface Level {
  items: readonly SpanItem[];
  next: string | null;
}

interface SpanTree {
  rows: readonly SpanRow[];
  open: (span: string) => Promise<void>;
  close: (span: string) => void;
  /** Fetches what follows at the level whose last span this is, if anything does. */
  readOn: (span: SpanItem) => void;
  /** What could not be fetched, and how to ask for it again. */
  failure: Failed | null;
}

interface Failed {
  error: Error;
  retry: () => void;
}

const ROOT = '';

/** The part of a trace that was opened so far: children are fetched when their parent is opened, a page at a time. */
export function useSpanTree(trace: TraceAnswer): SpanTree {
  const client = useQueryClient();
  const [levels, setLevels] = useState<ReadonlyMap<string, Level>>(() => new Map());
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set());

  const [failure, setFailure] = useState<Failed | null>(null);
  const first = trace.first;
  const underWay = useRef(new Set<string>());

  const fetchLevel = useCallback(
    async (parent: string, after: string | null) => {
      // What is on screen asks at each frame until it is there.
      const asked = `${parent} ${after}`;
      if (underWay.current.has(asked)) return;
      underWay.current.add(asked);
      const again = () => {
        setFailure(null);
        underWay.current.delete(asked);
        void fetchLevel(parent, after);
      };
      const page = await client
        .fetchQuery(spans(trace.id, parent === ROOT ? null : parent, after))
        .catch((error: Error) => setFailure({ error, retry: again }));
      if (!page) return;
      if (after === null) underWay.current.delete(asked);
      setLevels((before) => {
        const held =
          after === null ? undefined : (before.get(parent) ?? (parent === ROOT ? first : undefined));
        return new Map(before).set(parent, {
          items: [...(held?.items ?? []), ...page.items],
          next: page.next,
        });
      });
    },
    [client, trace.id, first],
  );
  const open = useCallback(
    async (span: string) => {
      if (!levels.has(span)) await fetchLevel(span, null);
      setOpened((before) => new Set(before).add(span));
    },
    [levels, fetchLevel],
  );
  const close = useCallback(
    (span: string) => setOpened((before) => new Set([...before].filter((one) => one !== span))),
    [],
  );
  const all = useMemo(() => (levels.has(ROOT) ? levels : new Map(levels).set(ROOT, first)), [levels, first]);
  const rows = useMemo(() => rowsBelow(ROOT, 0, all, opened), [all, opened]);
  const readOn = useCallback(
    (span: SpanItem) => {
      const parent = all.get(span.parent ?? ROOT)?.items.at(-1) === span ? (span.parent ?? ROOT) : ROOT;
      const level = all.get(parent);
      if (level?.next && level.items.at(-1) === span) void fetchLevel(parent, level.next);
    },
    [all, fetchLevel],
  );
  return { rows, open, close, readOn, failure };
}

/** Depth first, in the order of their beginnings. */
function rowsBelow(
  parent: string,
  depth: number,
  levels: ReadonlyMap<string, Level>,
  opened: ReadonlySet<string>,
): SpanRow[] {
  const rows: SpanRow[] = [];
  for (const span of levels.get(parent)?.items ?? []) {
    const isOpen = opened.has(span.id);
    rows.push({ span, depth, isOpen });
    if (isOpen) for (const row of rowsBelow(span.id, depth + 1, levels, opened)) rows.push(row);
  }
  return rows;
}
