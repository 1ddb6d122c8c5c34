import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { CaseItem, SuiteReport } from '../../../api/evaluation-answers.ts';
import { ScrollBox } from '../../../components/scroll-box.tsx';
import { type Condition, StateMark } from '../../../components/state-mark.tsx';
import type { MetricWords } from '../metric-words.ts';
import { oneLine } from './case-value.ts';
import { OpenCase } from './open-case.tsx';
import { conditionOf, ScoreChips } from './score-chips.tsx';

interface Props {
  report: SuiteReport;
  task: string | undefined;
  rows: readonly CaseItem[];
  words: ReadonlyMap<string, MetricWords>;
  /** Position of the case that is open. */
  open: number | undefined;
  setOpen: (position: number | undefined) => void;
  more: (() => void) | undefined;
}

const LINE_HEIGHT = 39;
/** So many cases before the end the next page is asked for. */
const AHEAD = 15;
const MOST_SCORES = 2;

/** Cases below each other; one of them opens to what was asked and answered. Arrows go from one to the next. */
export function CaseList({ report, task, rows, words, open, setOpen, more }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => rows[index].position,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more !== undefined && last >= rows.length - AHEAD) more();
  }, [last, rows.length, more]);
  useEffect(() => {
    if (open === undefined) return;
    // Once it has its height, as much of it is shown as there is room for; the page itself stays.
    const later = setTimeout(() => showWhole(scroller.current, document.getElementById(`case-${open}`)), 60);
    return () => clearTimeout(later);
  }, [open]);
  const walk = (event: React.KeyboardEvent, index: number) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined || rows[index + step] === undefined) return;
    event.preventDefault();
    virtualizer.scrollToIndex(index + step);
    const place = rows[index + step].position;
    requestAnimationFrame(() => document.getElementById(`case-${place}`)?.focus());
  };
  return (
    <ScrollBox label="Cases, list" className="case-list" box={scroller}>
      <ul style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          const isOpen = row.position === open;
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="case-item"
              style={{ transform: `translateY(${start}px)` }}
            >
              <CaseLine
                row={row}
                words={words}
                isOpen={isOpen}
                toggle={() => setOpen(isOpen ? undefined : row.position)}
                onKeyDown={(event) => walk(event, index)}
              />
              {isOpen ? <OpenCase report={report} task={task} row={row} words={words} /> : null}
            </li>
          );
        })}
      </ul>
    </ScrollBox>
  );
}

interface LineProps {
  row: CaseItem;
  words: ReadonlyMap<string, MetricWords>;
  isOpen: boolean;
  toggle: () => void;
  onKeyDown: (event: React.KeyboardEvent) => void;
}

function CaseLine({ row, words, isOpen, toggle, onKeyDown }: LineProps) {
  return (
    <button
      type="button"
      id={`case-${row.position}`}
      className="case-line"
      aria-expanded={isOpen}
      onClick={toggle}
      onKeyDown={onKeyDown}
    >
      <StateMark condition={caseCondition(row, words)} label={caseWord(row, words)} size={13} />
      <code className="clipped">{row.id}</code>
      <span className="clipped">{oneLine(row.input)}</span>
      <span className="clipped quiet">
        {row.status === 'ok' ? oneLine(row.output) : (row.message ?? row.status ?? 'not run yet')}
      </span>
      {row.status === 'ok' ? (
        <ScoreChips scores={row.scores} baseline={row.baseline?.scores} words={words} most={MOST_SCORES} />
      ) : (
        <span className="score-chips quiet">no answer to score</span>
      )}
    </button>
  );
}

function showWhole(box: HTMLElement | null, line: HTMLElement | null): void {
  const item = line?.closest('li');
  if (!box || !item) return;
  const [room, place] = [box.getBoundingClientRect(), item.getBoundingClientRect()];
  box.scrollTop += Math.max(0, Math.min(place.bottom - room.bottom, place.top - room.top));
}

/** The worst of its scores. */
function caseCondition(row: CaseItem, words: ReadonlyMap<string, MetricWords>): Condition {
  if (row.status === null) return 'working';
  if (row.status !== 'ok') return 'warn';
  const found = new Set(
    Object.entries(row.scores).map(([metric, score]) => conditionOf(score, words.get(metric))),
  );
  return (['bad', 'warn', 'good'] as const).find((condition) => found.has(condition)) ?? 'idle';
}

const WORDS: Record<Condition, string> = {
  good: 'passed',
  bad: 'failed',
  warn: 'error',
  idle: 'measured',
  working: 'not run yet',
};

function caseWord(row: CaseItem, words: ReadonlyMap<string, MetricWords>): string {
  return WORDS[caseCondition(row, words)];
}
