import { useMemo } from 'react';
import { Section } from '../../../components/section.tsx';
import { CurveControls } from '../curves/curve-controls.tsx';
import { MetricCurves } from '../curves/metric-curves.tsx';
import { KeyChips } from '../key-chips.tsx';
import type { ComparePanelProps } from './compare-page.tsx';

const FIRST = 4;
/** More lines than this in one chart say nothing that the other parts do not say better. */
const MOST_RUNS = 60;
/** Of a chart, over all its runs. */
const MOST_POINTS = 6_000;

/** Chosen metrics, every run a line: the first eight in colour, the others grey behind them. */
export function CurvesPanel({ comparison, runs, search, change }: ComparePanelProps) {
  const keys = useMemo(
    () =>
      comparison.metrics
        .filter(({ values }) => Object.values(values).some(({ points }) => points > 1))
        .map(({ key }) => key),
    [comparison.metrics],
  );
  const metrics =
    search.metrics === undefined
      ? keys.filter((key) => key !== 'epoch').slice(0, FIRST)
      : search.metrics.split(',').filter((key) => key !== '');
  const drawn = useMemo(() => runs.slice(0, MOST_RUNS), [runs]);
  const points = Math.max(100, Math.min(600, Math.round(MOST_POINTS / drawn.length)));
  if (keys.length === 0)
    return (
      <Section title="Curves">
        <p className="quiet">No run logged a metric more than once.</p>
      </Section>
    );
  return (
    <Section
      title="Curves"
      {...(runs.length > MOST_RUNS ? { says: `The first ${MOST_RUNS} of ${runs.length} runs.` } : {})}
      actions={<CurveControls view={search} hasEpochs={keys.includes('epoch')} change={change} />}
    >
      <div className="stack">
        <KeyChips
          label="metrics"
          chosen={metrics}
          known={keys}
          choose={(next) => change({ metrics: next.join(',') })}
        />
        <div className="curve-grid wide">
          {metrics.map((metric) => (
            <MetricCurves
              key={metric}
              metric={metric}
              runs={drawn}
              view={search}
              points={points}
              height={260}
              file={`compared-${metric}`}
            />
          ))}
        </div>
      </div>
    </Section>
  );
}
