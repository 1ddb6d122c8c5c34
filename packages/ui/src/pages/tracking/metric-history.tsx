import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunAnswer } from '../../api/answers.ts';
import { metricHistory } from '../../api/queries.ts';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { StepChart } from '../../components/step-chart.tsx';
import { metricName } from '../../format/figures.ts';

/** A metric over its steps, for runs that logged more than one. */
export function MetricHistory({ run: { id, metrics } }: { run: RunAnswer }) {
  const stepped = metrics.filter(({ step }) => step > 0);
  const [chosen, setChosen] = useState<string | null>(null);
  const key = chosen ?? stepped[0]?.key;
  if (key === undefined) return null;
  return (
    <Section
      title={`${metricName(key)} by step`}
      actions={
        stepped.length === 1 ? null : (
          <label>
            <span className="hidden-text">Metric</span>
            <select
              className="plain-select"
              value={key}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              {stepped.map((metric) => (
                <option key={metric.key} value={metric.key}>
                  {metricName(metric.key)}
                </option>
              ))}
            </select>
          </label>
        )
      }
    >
      <History run={id} metric={key} />
    </Section>
  );
}

function History({ run, metric }: { run: string; metric: string }) {
  const query = useQuery(metricHistory(run, metric));
  return (
    <QueryView query={query} rows={5}>
      {({ items }) => <StepChart title={metricName(metric)} file={`${run}-${metric}`} points={items} />}
    </QueryView>
  );
}
