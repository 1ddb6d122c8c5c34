import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { RunAnswer } from '../../../api/answers.ts';
import type { RunSearch } from '../../../app/tracking-routes.ts';
import { FindBox } from '../../../components/find-box.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { Section } from '../../../components/section.tsx';
import { metricName, plural } from '../../../format/figures.ts';
import { CurveControls } from '../curves/curve-controls.tsx';
import { MetricCurves } from '../curves/metric-curves.tsx';
import { isProgress } from '../runs/column-key.ts';
import { type Metric, Parsed } from './parsed.tsx';

interface Props {
  run: RunAnswer;
  metrics: readonly Metric[];
  search: RunSearch;
}

/** So many charts at first; each asks for its points when it comes into sight. */
const FIRST = 12;

/** A chart for each metric with more than one point; they grow while the run runs. */
export function RunCurves({ run, metrics, search }: Props) {
  const navigate = useNavigate({ from: '/tracking/runs/$run' });
  const [words, setWords] = useState('');
  const [all, setAll] = useState(false);
  const keys = metrics
    .filter(({ points }) => points > 1)
    .sort((a, b) => Number(isProgress(a.key)) - Number(isProgress(b.key)));
  if (keys.length === 0) return null;
  const found = keys.filter(({ key }) => key.toLowerCase().includes(words.toLowerCase()));
  const shown = all ? found : found.slice(0, FIRST);
  const hasEpochs = keys.some(({ key }) => key === 'epoch');
  return (
    <Section
      title="Curves"
      says={`${plural(keys.length, 'metric')} with more than one point${run.status === 'running' ? '; live' : ''}.`}
      actions={
        <CurveControls
          view={search}
          hasEpochs={hasEpochs}
          change={(view) =>
            void navigate({ search: (before) => ({ ...before, ...view }) as RunSearch, replace: true })
          }
        />
      }
    >
      {keys.length > FIRST ? (
        <FindBox
          label="Find a metric"
          placeholder={`Find among ${keys.length}`}
          words={words}
          find={setWords}
        />
      ) : null}
      <div className="curve-grid">
        {shown.map((metric) => (
          <RunCurve key={metric.key} run={run} metric={metric} search={search} />
        ))}
      </div>
      <MoreButton more={shown.length < found.length ? () => setAll(true) : undefined}>
        Show all {found.length}
      </MoreButton>
    </Section>
  );
}

function RunCurve({ run, metric, search }: Omit<Props, 'metrics'> & { metric: Metric }) {
  const runs = useMemo(
    () => [{ id: run.id, name: metricName(metric.key), startedAt: run.startedAt, status: run.status }],
    [run.id, metric.key, run.startedAt, run.status],
  );
  return (
    <MetricCurves
      metric={metric.key}
      runs={runs}
      view={search}
      says={<Parsed metric={metric} />}
      file={`${run.name}-${metric.key}`}
    />
  );
}
