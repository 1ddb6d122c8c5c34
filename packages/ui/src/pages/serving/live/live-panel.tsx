import '../../../styles/serving.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { EndpointFigures } from '../../../api/serving-answers.ts';
import { endpointFigures } from '../../../api/serving-queries.ts';
import { EXACT } from '../../../app/exact-link.ts';
import { LIVE_SPANS, type LiveSpan } from '../../../app/serving-routes.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { TimeChart } from '../../../components/time-chart.tsx';
import { count, duration, plainFigure, plural } from '../../../format/figures.ts';
import { inArmOrder } from '../arm-colours.ts';
import { curlOf } from '../curl.ts';
import type { PanelProps } from '../endpoint-page.tsx';
import { RunningRollout } from '../rollouts/running-rollout.tsx';
import { ArmTable } from './arm-table.tsx';
import { liveSeries } from './live-series.ts';

const MINUTES: Record<LiveSpan, number> = { '5m': 5, '15m': 15, '60m': 60 };
const WHOLE = (value: number | null) => (value === null || !Number.isInteger(value) ? '' : count(value));
const PLAIN = (value: number | null) => plainFigure(value);
const TIME = (value: number | null) => duration(value);

/** What happens now: how much is asked, how fast the answers come, what waits; the arms beside each other. */
export function LivePanel({ endpoint, search }: PanelProps) {
  const span = search.span ?? '5m';
  const query = useQuery(endpointFigures(endpoint.endpoint, MINUTES[span]));
  return (
    <div className="stack">
      <QueryView query={query} rows={10}>
        {(figures) => (
          <>
            <p>{nowInWords(figures)}</p>
            <RunningRollout endpoint={endpoint.endpoint} />
            {figures.arms.length === 0 ? null : (
              <Section title="Arms" says={`Over the last ${plural(MINUTES[span], 'minute')}.`}>
                <ArmTable arms={inArmOrder(figures.arms, ({ arm }) => arm)} />
              </Section>
            )}
            <Section
              title="The last minutes"
              says="Of this server, since it was started."
              actions={<Spans name={endpoint.endpoint} span={span} />}
            >
              {figures.series.length === 0 ? (
                <EmptyState title="No requests in this time." command={curlOf(endpoint)}>
                  What is sent appears here within seconds.
                </EmptyState>
              ) : (
                <LiveCharts figures={figures} />
              )}
            </Section>
          </>
        )}
      </QueryView>
    </div>
  );
}

/** Of all arms together. */
function nowInWords({ arms }: EndpointFigures): string {
  const rate = arms.reduce((sum, arm) => sum + arm.rate, 0);
  if (rate === 0) return 'Nobody asks at the moment.';
  const [busiest] = arms.toSorted((a, b) => b.rate - a.rate);
  const waiting = arms.reduce((sum, { queue }) => sum + queue, 0);
  const away = arms.reduce((sum, { shed }) => sum + shed, 0);
  const among = arms.length > 1 ? ` (arm ${busiest.arm})` : '';
  return [
    `${plainFigure(rate)} requests a second`,
    `half of them answered within ${duration(busiest.p50Ms)}, 99 % within ${duration(busiest.p99Ms)}${among}`,
    waiting === 0 ? 'nothing waits' : `${plainFigure(waiting)} waiting on average`,
    ...(away === 0 ? [] : [`${count(away)} turned away for want of room`]),
  ].join('; ');
}

function LiveCharts({ figures }: { figures: EndpointFigures }) {
  const { times, moments, rate, latency, failures, batch, queue } = useMemo(
    () => liveSeries(figures),
    [figures],
  );
  const shared = { times, moments, fromZero: true, height: 150 };
  const file = (of: string) => `${figures.endpoint}-${of}`;
  return (
    <div className="columns">
      <TimeChart {...shared} title="Requests a second" file={file('rate')} series={rate} format={PLAIN} />
      <TimeChart {...shared} title="Latency" file={file('live-latency')} series={latency} format={TIME} />
      <TimeChart {...shared} title="Failed" file={file('live-failures')} series={failures} format={WHOLE} />
      <TimeChart {...shared} title="Waiting" file={file('queue')} series={queue} format={PLAIN} />
      <TimeChart {...shared} title="Records in a run" file={file('batch')} series={batch} format={PLAIN} />
    </div>
  );
}

function Spans({ name, span }: { name: string; span: LiveSpan }) {
  return (
    <nav className="choices" aria-label="How many minutes">
      {LIVE_SPANS.map((each) => (
        <Link
          key={each}
          to="/serving/$endpoint"
          params={{ endpoint: name }}
          search={each === '5m' ? {} : { span: each }}
          aria-current={each === span}
          activeOptions={EXACT}
          resetScroll={false}
        >
          {MINUTES[each]} min
        </Link>
      ))}
    </nav>
  );
}
