import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import type { ImprovementAnswer } from '../../api/answers.ts';
import { overview, endpoint as readEndpoint, series } from '../../api/queries.ts';
import { ChartFrame } from '../../components/chart-frame.tsx';
import type { Decision, RealisedPoint } from '../../components/history-plot.tsx';
import { Section } from '../../components/section.tsx';
import { betterWhenHigher, metricName, plural } from '../../format/figures.ts';
import { periodOf } from '../serving/endpoint-period.ts';
import { decidingVerdict, IMPROVEMENT_WORDS } from './improvement-state.ts';

const HistoryPlot = lazy(() =>
  import('../../components/history-plot.tsx').then((module) => ({ default: module.HistoryPlot })),
);

/** Longer histories are drawn by week. */
const MOST_DAYS = 60;

interface Props {
  endpoint: string;
  improvements: readonly ImprovementAnswer[];
}

/** The metric over time with every decision on it; each decision leads to its evidence. */
export function ImprovementHistory({ endpoint, improvements }: Props) {
  const { data: details } = useQuery(readEndpoint(endpoint));
  const { data: project } = useQuery(overview());
  const period = periodOf('all', project?.now ?? 0, details?.versions ?? []);
  const isReady = project !== undefined && details !== undefined;
  const step = period.to - period.from > MOST_DAYS * 86_400_000 ? 'week' : 'day';
  const { data: steps } = useQuery({ ...series(endpoint, period, step), enabled: isReady });
  const metric = details?.primary?.name ?? decidingVerdict(improvements[0])?.metric ?? 'metric';
  const realised = useMemo<RealisedPoint[]>(
    () =>
      (steps?.items ?? []).flatMap(({ start, end, realised: one }) =>
        one === null ? [] : [{ ...one, start, end }],
      ),
    [steps],
  );
  const decisions = useMemo(() => improvements.map((improvement) => toDecision(improvement)), [improvements]);
  return (
    <Section
      title={`${endpoint}: ${metricName(metric)} and every decision`}
      says={`${plural(realised.length, step)} of matured labels with intervals, ${plural(decisions.length, 'decision')}; ${betterWhenHigher(metric) ? 'higher' : 'lower'} is better`}
    >
      <ChartFrame
        title={metricName(metric)}
        file={`${endpoint}-improvements`}
        data={{
          columns: ['what', 'time', 'value', 'low', 'high', 'n'],
          rows: [
            ...realised.map((point) => [
              'realised',
              new Date(point.start).toISOString(),
              point.value,
              point.low,
              point.high,
              point.n,
            ]),
            ...decisions.map((decision) => [
              `#${decision.number} ${decision.word}, lead of the challenger in ${decision.metric ?? 'nothing yet'}`,
              new Date(decision.at).toISOString(),
              decision.lead,
              decision.low,
              decision.high,
              decision.n,
            ]),
          ],
        }}
      >
        <Suspense fallback={<div className="skeleton" style={{ height: 420 }} />}>
          <HistoryPlot metric={metricName(metric)} realised={realised} decisions={decisions} />
        </Suspense>
      </ChartFrame>
    </Section>
  );
}

function toDecision(improvement: ImprovementAnswer): Decision {
  const verdict = decidingVerdict(improvement);
  return {
    address: `/feedback/${improvement.id}`,
    number: improvement.number,
    state: improvement.state,
    word: IMPROVEMENT_WORDS[improvement.state],
    at: improvement.endedAt ?? improvement.startedAt,
    metric: verdict === undefined ? null : metricName(verdict.metric),
    lead: verdict?.estimate ?? null,
    low: verdict?.low ?? null,
    high: verdict?.high ?? null,
    n: verdict?.n ?? null,
  };
}
