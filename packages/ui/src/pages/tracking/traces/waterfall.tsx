import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef } from 'react';
import type { SpanItem } from '../../../api/tracking-answers.ts';
import { StateMark } from '../../../components/state-mark.tsx';
import { costText, duration } from '../../../format/figures.ts';
import { tokensText } from './trace-figures.ts';
import { SPAN_CONDITIONS } from './trace-state.ts';
import type { SpanRow } from './use-span-tree.ts';

interface Props {
  rows: readonly SpanRow[];
  /** Of the whole trace, in microseconds. */
  startedUs: number;
  durationUs: number;
  chosen: string | undefined;
  choose: (span: string) => void;
  open: (span: string) => Promise<void>;
  close: (span: string) => void;
  readOn: (span: SpanItem) => void;
}

const ROW = 28;
const INDENT = 14;

/** Every span as a bar over the time of the trace; arrows move, open and close. */
export function Waterfall(props: Props) {
  const { rows, chosen, choose, open, close, readOn } = props;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index].span.id,
    overscan: 15,
  });
  const items = virtualizer.getVirtualItems();
  useEffect(() => {
    for (const { index } of items) readOn(rows[index].span);
  }, [items, rows, readOn]);

  const at = rows.findIndex(({ span }) => span.id === chosen);
  // What is walked to by keys stays in sight, also when more is read above it.
  useEffect(() => {
    if (at >= 0 && document.activeElement === box.current) virtualizer.scrollToIndex(at);
  }, [at, virtualizer]);
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    choose(row.span.id);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const act = keyAct(event.key, rows, at, { go, open, close });
    if (act === null) return;
    event.preventDefault();
    act();
  };
  return (
    <div
      ref={box}
      className="waterfall"
      role="tree"
      aria-label="Spans by time"
      aria-activedescendant={at >= 0 ? `${id}-${rows[at].span.id}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start, key }) => (
          <Row
            key={key}
            id={`${id}-${rows[index].span.id}`}
            row={rows[index]}
            top={start}
            isChosen={index === at}
            whole={props}
          />
        ))}
      </div>
    </div>
  );
}

interface Acts {
  go: (index: number) => void;
  open: (span: string) => Promise<void>;
  close: (span: string) => void;
}

/** As trees are walked everywhere: right opens, then goes in; left closes, then goes out. */
function keyAct(
  key: string,
  rows: readonly SpanRow[],
  at: number,
  { go, open, close }: Acts,
): (() => void) | null {
  const row = rows[at];
  switch (key) {
    case 'ArrowDown':
      return () => go(at + 1);
    case 'ArrowUp':
      return () => go(at < 0 ? 0 : at - 1);
    case 'Home':
      return () => go(0);
    case 'End':
      return () => go(rows.length - 1);
    case 'ArrowRight':
      if (row === undefined || row.span.children === 0) return null;
      return row.isOpen ? () => go(at + 1) : () => void open(row.span.id);
    case 'ArrowLeft':
      if (row === undefined) return null;
      return row.isOpen ? () => close(row.span.id) : () => go(parentOf(rows, at));
    default:
      return null;
  }
}

function parentOf(rows: readonly SpanRow[], at: number): number {
  for (let index = at - 1; index >= 0; index--) if (rows[index].depth < rows[at].depth) return index;
  return at;
}

interface RowProps {
  id: string;
  row: SpanRow;
  top: number;
  isChosen: boolean;
  whole: Props;
}

function Row({ id, row: { span, depth, isOpen }, top, isChosen, whole }: RowProps) {
  const { startedUs, durationUs, choose, open, close } = whole;
  const left = share(span.startedUs - startedUs, durationUs);
  const width = Math.min(share(span.durationUs, durationUs), 100 - left);
  const toggle = () => (isOpen ? close(span.id) : void open(span.id));
  return (
    // The tree has the focus and the keys; its rows are chosen by pointer.
    <div
      id={id}
      role="treeitem"
      className="span-row"
      aria-level={depth + 1}
      aria-selected={isChosen}
      aria-expanded={span.children === 0 ? undefined : isOpen}
      tabIndex={-1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={({ target }) => (isToggle(target) ? toggle() : choose(span.id))}
      onKeyDown={() => undefined}
    >
      <span className="span-name" style={{ paddingLeft: Math.min(depth, 12) * INDENT }}>
        <span className="span-toggle" data-toggle={span.children > 0} aria-hidden="true">
          {span.children === 0 ? '' : isOpen ? '▾' : '▸'}
        </span>
        {span.status === 'error' ? (
          <StateMark condition={SPAN_CONDITIONS[span.status]} size={12} label="error" />
        ) : null}
        <span className="span-title">{span.name}</span>
        <span className="quiet small span-aside">{aside(span)}</span>
      </span>
      <span className="span-track" aria-hidden="true">
        <span
          className="span-bar"
          data-kind={span.operation}
          data-status={span.status}
          style={{ left: `${left}%`, width: `${width}%` }}
        />
      </span>
      <span className="span-took">{duration(span.durationUs / 1_000)}</span>
    </div>
  );
}

function isToggle(target: EventTarget): boolean {
  return (target as Element).closest('[data-toggle="true"]') !== null;
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.max(0, Math.min(100, (part / whole) * 100));
}

function aside(span: SpanItem): string {
  const facts = [span.model ?? (span.tool === span.name ? null : span.tool)];
  if (span.inputTokens !== null || span.outputTokens !== null) facts.push(tokensText(span));
  if (span.cost !== null) facts.push(costText(span.cost));
  if (span.children > 0) facts.push(`${span.children} below`);
  return facts.filter((fact) => fact !== null).join(' · ');
}
