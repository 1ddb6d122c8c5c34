import '../../../styles/traces.css';
import '../../../styles/tracking.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { span, trace } from '../../../api/trace-queries.ts';
import type { TraceAnswer } from '../../../api/tracking-answers.ts';
import { Failure } from '../../../components/failure.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { PairList } from '../../../components/pair-list.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { useSettled } from '../../../components/use-settled.ts';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { costText, duration, plural } from '../../../format/figures.ts';
import { Assessments } from './assessments.tsx';
import { SpanPane } from './span-pane.tsx';
import { tokensText } from './trace-figures.ts';
import { TRACE_CONDITIONS, TRACE_WORDS } from './trace-state.ts';
import { useSpanTree } from './use-span-tree.ts';
import { Waterfall } from './waterfall.tsx';

/** A trace: what it came to in words, its spans over time, one of them in full. */
export function TracePage() {
  const { trace: id } = useParams({ from: '/tracking/traces/$trace' });
  const query = useQuery(trace(id));
  return (
    <PageFrame
      title={query.data?.name ?? `Trace ${id.slice(0, 16)}`}
      trail={[
        { label: 'Tracking', to: '/tracking' },
        { label: 'Traces', to: '/tracking/traces' },
      ]}
      actions={
        query.data ? (
          <ConditionBadge condition={TRACE_CONDITIONS[query.data.state]}>
            {TRACE_WORDS[query.data.state]}
          </ConditionBadge>
        ) : null
      }
      answer={query.data ? <Answer trace={query.data} /> : null}
    >
      <QueryView query={query} rows={10}>
        {(data) => <Body key={id} trace={data} />}
      </QueryView>
    </PageFrame>
  );
}

function Answer({ trace: one }: { trace: TraceAnswer }) {
  const { startedAt, durationMs, spans, errors, models, session, run } = one;
  return (
    <p>
      <Moment at={startedAt} />
      {durationMs === null ? ', not ended' : `, took ${duration(durationMs)}`}: {plural(spans, 'span')},{' '}
      {errors === 0 ? 'no error' : plural(errors, 'error')}
      {tokensText(one) === '—' ? '' : `, ${tokensText(one)} tokens`}
      {one.cost === null ? '' : `, ${costText(one.cost)}`}
      {models.length === 0 ? '' : `, by ${models.join(', ')}`}
      {session === null ? null : (
        <>
          , in session{' '}
          <Link to="/tracking/sessions/$session" params={{ session }}>
            {session}
          </Link>
        </>
      )}
      {run === null ? null : (
        <>
          , within{' '}
          <Link to="/tracking/runs/$run" params={{ run }}>
            run {run.slice(0, 8)}
          </Link>
        </>
      )}
      .
    </p>
  );
}

function Body({ trace: one }: { trace: TraceAnswer }) {
  const search = useSearch({ from: '/tracking/traces/$trace' });
  const navigate = useNavigate({ from: '/tracking/traces/$trace' });
  const tree = useSpanTree(one);
  useOpenWay(one, search.span, tree.open);
  const root = one.first.items[0];
  const shown = search.span ?? root?.id;
  const [chosen, choose] = useSettled(
    shown,
    (next) => void navigate({ search: { ...search, span: next ?? '' }, replace: true, resetScroll: false }),
  );
  return (
    <div className="stack">
      <div className="trace-columns">
        <Section title="Spans" says="Arrows move; right opens, left closes.">
          <Waterfall
            rows={tree.rows}
            {...extentOf(one)}
            chosen={chosen}
            choose={choose}
            open={tree.open}
            close={tree.close}
            readOn={tree.readOn}
          />
          {tree.failure === null ? null : <Failure {...tree.failure} />}
        </Section>
        {shown === undefined ? null : <SpanPane key={shown} trace={one.id} span={shown} part={search.part} />}
      </div>
      <Assessments assessments={one.assessments} trace={one.id} />
      <Labels trace={one} />
    </div>
  );
}

/** From the first beginning to the last end that is known. */
function extentOf({ startedAt, durationMs, first }: TraceAnswer): { startedUs: number; durationUs: number } {
  const startedUs = Math.min(startedAt * 1_000, ...first.items.map((item) => item.startedUs));
  const ends = first.items.map((item) => item.startedUs + item.durationUs);
  const endedUs = Math.max((startedAt + (durationMs ?? 0)) * 1_000, ...ends);
  return { startedUs, durationUs: endedUs - startedUs };
}

function Labels({ trace: { tags, metadata } }: { trace: TraceAnswer }) {
  const pairs = { ...metadata, ...tags };
  if (Object.keys(pairs).length === 0) return null;
  return (
    <Section title="Tags">
      <PairList label="Tags" pairs={pairs} empty="" />
    </Section>
  );
}

/** Opens what is above the span that the address names; without one, the first level's first. */
function useOpenWay(
  one: TraceAnswer,
  named: string | undefined,
  open: (span: string) => Promise<void>,
): void {
  const client = useQueryClient();
  const done = useRef(false);
  useEffect(() => {
    if (done.current) return;
    done.current = true;
    const openWay = async () => {
      const way: string[] = [];
      for (let at: string | null = named ?? null; at !== null && way.length < 100; ) {
        const { parent }: { parent: string | null } = await client.fetchQuery(span(one.id, at));
        if (parent !== null) way.unshift(parent);
        at = parent;
      }
      if (way.length === 0 && one.first.items.length === 1) way.push(one.first.items[0].id);
      for (const above of way) await open(above);
    };
    // A span that is not there is told by its own pane.
    openWay().catch(() => undefined);
  }, [client, one, named, open]);
}
