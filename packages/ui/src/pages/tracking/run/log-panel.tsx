import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Failure } from '../../../components/failure.tsx';
import { FindBox } from '../../../components/find-box.tsx';
import { Loading } from '../../../components/query-view.tsx';
import { ScrollBox } from '../../../components/scroll-box.tsx';
import { Section } from '../../../components/section.tsx';
import { plural } from '../../../format/figures.ts';
import { localMinute } from '../../../format/moments.ts';
import { type LogLine, linesOf } from './log-lines.ts';
import type { RunPanelProps } from './run-page.tsx';
import { type LogFrom, useLog } from './use-log.ts';

/** What the command printed: its end, as it comes, or all of it from the beginning. */
export function LogPanel({ run, search }: RunPanelProps) {
  const navigate = useNavigate({ from: '/tracking/runs/$run' });
  const [from, setFrom] = useState<LogFrom>('end');
  const [words, setWords] = useState('');
  const isLive = run.status === 'running';
  const log = useLog(run.id, { stream: search.stream, from, isLive });
  const lines = useMemo(() => linesOf(log.chunks), [log.chunks]);
  const found = useMemo(() => withWords(lines, words), [lines, words]);
  if (log.error !== null) return <Failure error={log.error} />;
  if (log.isLoading) return <Loading rows={10} />;
  if (lines.length === 0 && search.stream === undefined)
    return (
      <EmptyState
        title={isLive ? 'Nothing printed yet.' : 'No output was recorded.'}
        command="npx airworthy run -- python train.py"
      >
        The output of a program that is started like this is kept as it comes.
      </EmptyState>
    );
  return (
    <Section
      title="Log"
      says={`${plural(found.length, 'line')}${from === 'end' && log.hasEarlier ? ', the last of it' : ''}${isLive ? '; live' : ''}.`}
      actions={
        <div className="row">
          <FindBox
            label="Find in the lines shown"
            placeholder="Find in these lines"
            words={words}
            find={setWords}
          />
          <select
            className="plain-select"
            aria-label="Stream"
            value={search.stream ?? ''}
            onChange={({ currentTarget: { value } }) =>
              void navigate({
                search: { tab: 'log', ...(value === '' ? {} : { stream: value as LogLine['stream'] }) },
              })
            }
          >
            <option value="">both streams</option>
            <option value="stdout">stdout</option>
            <option value="stderr">stderr</option>
          </select>
          <button
            type="button"
            className="plain-button"
            onClick={() => setFrom(from === 'end' ? 'beginning' : 'end')}
          >
            {from === 'end' ? 'From the beginning' : 'To the end'}
          </button>
        </div>
      }
    >
      <Lines lines={found} follows={from === 'end'} more={from === 'beginning' ? log.more : undefined} />
    </Section>
  );
}

function withWords(lines: readonly LogLine[], words: string): readonly LogLine[] {
  const wanted = words.toLowerCase();
  return wanted === '' ? lines : lines.filter(({ text }) => text.toLowerCase().includes(wanted));
}

const LINE = 20;
/** So near its end the log is followed. */
const NEAR = 40;

interface LinesProps {
  lines: readonly LogLine[];
  follows: boolean;
  more: (() => void) | undefined;
}

/** As long as the reader stands at the end, it stays at the end. */
function Lines({ lines, follows, more }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(follows);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isFollowed = follows && atEnd;
  useEffect(() => {
    if (isFollowed && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [isFollowed, lines.length, virtualizer]);
  useEffect(() => {
    if (more !== undefined && last >= lines.length - 50) more();
  }, [more, last, lines.length]);
  const longest = useMemo(() => lines.reduce((most, { text }) => Math.max(most, text.length), 0), [lines]);
  return (
    <div className="log-frame">
      <ScrollBox
        box={box}
        className="log-box mono"
        label="Lines of the log"
        onScroll={({ currentTarget }) => setAtEnd(distanceToEnd(currentTarget) < NEAR)}
      >
        <div style={{ height: virtualizer.getTotalSize(), minWidth: `${longest + 12}ch` }}>
          {items.map(({ index, start }) => (
            <div
              key={index}
              className="log-line"
              data-stream={lines[index].stream}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span className="log-at" title={localMinute(lines[index].at)}>
                {clock(lines[index].at)}
              </span>
              <span>{lines[index].text}</span>
            </div>
          ))}
        </div>
      </ScrollBox>
      {follows && !atEnd ? (
        <button type="button" className="plain-button log-follow" onClick={() => setAtEnd(true)}>
          Follow the end
        </button>
      ) : null}
    </div>
  );
}

function distanceToEnd({ scrollHeight, scrollTop, clientHeight }: Element): number {
  return scrollHeight - scrollTop - clientHeight;
}

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const clock = (at: number) => clockFormat.format(at);
