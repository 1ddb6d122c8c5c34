import { useMemo } from 'react';
import type { GatewayUsage, UsageItem } from '../../../api/serving-answers.ts';
import type { UsageKey } from '../../../app/serving-routes.ts';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { FloatingBars } from '../../../components/floating-bars.tsx';
import { Section } from '../../../components/section.tsx';
import { TimeChart, type TimeSeries } from '../../../components/time-chart.tsx';
import { costText, count, duration } from '../../../format/figures.ts';
import { keyWords, totalsOf } from './usage-words.ts';

/** So many are drawn; the table has them all. */
const MOST = 8;

const WHOLE = (value: number | null) => (value === null ? '—' : count(Math.round(value)));

/** What was spent and asked over time, and what each model, user or route took of it. */
export function UsageCharts({ usage, by }: { usage: GatewayUsage; by: UsageKey }) {
  const { times, cost, calls } = useMemo(() => seriesOf(usage), [usage]);
  return (
    <>
      <Totals items={usage.items} />
      <Section
        title="Over time"
        says="Cost in US dollars, by the price table that the spans were priced with."
      >
        <div className="columns">
          <TimeChart
            {...{ times, fromZero: true, series: cost, format: costText }}
            title="Cost"
            file="gateway-cost"
          />
          <TimeChart
            {...{ times, fromZero: true, series: calls, format: WHOLE }}
            title="Calls"
            file="gateway-calls"
          />
        </div>
      </Section>
      <Section title="Cost and latency">
        <div className="columns">
          <CostBars items={usage.items} by={by} />
          <LatencyBars items={usage.items} by={by} />
        </div>
      </Section>
    </>
  );
}

function seriesOf({ series }: GatewayUsage) {
  const bars = (label: string, colour: string, values: number[]): TimeSeries[] => [
    { label, colour, values, style: 'bars' },
  ];
  return {
    times: series.map(({ at }) => at),
    cost: bars(
      'cost',
      '--series-current',
      series.map(({ cost }) => cost),
    ),
    calls: bars(
      'calls',
      '--series-second',
      series.map(({ calls }) => calls),
    ),
  };
}

function Totals({ items }: { items: readonly UsageItem[] }) {
  const { calls, failures, cached, inputTokens, outputTokens, cost } = totalsOf(items);
  const figures = [
    ['Cost', costText(cost)],
    ['Calls', count(calls)],
    ['Failed', count(failures)],
    ['From the cache', count(cached)],
    ['Tokens in', count(inputTokens)],
    ['Tokens out', count(outputTokens)],
  ] as const;
  return (
    <dl className="big-figures card">
      {figures.map(([name, figure]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  );
}

interface BarsProps {
  items: readonly UsageItem[];
  by: UsageKey;
}

function CostBars({ items, by }: BarsProps) {
  const shown = items.slice(0, MOST);
  return (
    <ChartFrame
      title={`Cost by ${by}`}
      says={restWords(items.length)}
      file={`gateway-cost-by-${by}`}
      data={{ columns: [by, 'cost', 'calls'], rows: items.map(({ key, cost, calls }) => [key, cost, calls]) }}
    >
      <FloatingBars
        bars={shown.map(({ key, cost }) => ({
          key,
          name: keyWords(key),
          from: 0,
          to: cost,
          text: costText(cost),
        }))}
        format={costText}
        label={`Cost by ${by}: ${shown.map(({ key, cost }) => `${key} ${costText(cost)}`).join(', ')}`}
      />
    </ChartFrame>
  );
}

/** From the median to the slowest twentieth. */
function LatencyBars({ items, by }: BarsProps) {
  const shown = items
    .slice(0, MOST)
    .flatMap(({ key, p50Ms, p95Ms }) =>
      p50Ms === null || p95Ms === null
        ? []
        : [{ key, p50Ms, p95Ms, text: `${duration(p50Ms)} · ${duration(p95Ms)}` }],
    );
  if (shown.length === 0) return <p className="quiet">Nothing was answered: there are no latencies.</p>;
  return (
    <ChartFrame
      title={`Latency by ${by}, median to 95 %`}
      says={restWords(items.length)}
      file={`gateway-latency-by-${by}`}
      data={{
        columns: [by, 'median ms', '95 % ms'],
        rows: items.map(({ key, p50Ms, p95Ms }) => [key, p50Ms, p95Ms]),
      }}
    >
      <FloatingBars
        bars={shown.map(({ key, p50Ms, p95Ms, text }) => ({
          key,
          name: keyWords(key),
          from: p50Ms,
          to: p95Ms,
          text,
        }))}
        format={duration}
        label={`Latency by ${by}, median and 95 %: ${shown.map(({ key, text }) => `${key} ${text}`).join(', ')}`}
      />
    </ChartFrame>
  );
}

function restWords(items: number): string | undefined {
  return items > MOST ? `the ${MOST} most expensive of ${count(items)}` : undefined;
}
