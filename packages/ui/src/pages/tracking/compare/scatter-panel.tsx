import { lazy, Suspense, useMemo } from 'react';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Section } from '../../../components/section.tsx';
import { plural } from '../../../format/figures.ts';
import type { ComparePanelProps } from './compare-page.tsx';
import { axesOf, axisValue, type ComparedRun } from './compared-run.ts';
import type { ScatterPoint } from './scatter-plot.tsx';

const ScatterPlot = lazy(() =>
  import('./scatter-plot.tsx').then((module) => ({ default: module.ScatterPlot })),
);

/** One key against another, a dot a run. */
export function ScatterPanel({ runs, search, change }: ComparePanelProps) {
  const known = useMemo(() => axesOf(runs), [runs]);
  const all = [...known.differing, ...known.same];
  const across = search.across ?? known.differing.find((axis) => axis.startsWith('params.')) ?? all[0];
  const up = search.up ?? known.differing.find((axis) => axis.startsWith('metrics.')) ?? all.at(-1);
  const points = useMemo(() => (across && up ? pointsOf(runs, across, up) : []), [runs, across, up]);
  if (across === undefined || up === undefined)
    return (
      <Section title="Scatter">
        <p className="quiet">These runs logged neither params nor metrics.</p>
      </Section>
    );
  const axes = all.map((axis) => ({ value: axis, text: axis }));
  return (
    <Section
      title="Scatter"
      actions={
        <div className="row">
          <LabelledSelect label="up" value={up} options={axes} choose={(axis) => change({ up: axis })} />
          <LabelledSelect
            label="across"
            value={across}
            options={axes}
            choose={(axis) => change({ across: axis })}
          />
        </div>
      }
    >
      <ChartFrame
        title={`${up} against ${across}`}
        says={`${plural(points.length, 'run')} of ${runs.length} have both`}
        file="scatter"
        data={{ columns: ['run', across, up], rows: points.map(({ name, x, y }) => [name, x, y]) }}
      >
        {points.length === 0 ? (
          <p className="quiet">No run has both.</p>
        ) : (
          <Suspense fallback={<div className="skeleton" style={{ height: 400 }} />}>
            <ScatterPlot across={across} up={up} points={points} />
          </Suspense>
        )}
      </ChartFrame>
    </Section>
  );
}

function pointsOf(runs: readonly ComparedRun[], across: string, up: string): ScatterPoint[] {
  const metric = up.startsWith('metrics.') ? up.slice('metrics.'.length) : null;
  return runs.flatMap((run) => {
    const [x, y] = [axisValue(run, across), axisValue(run, up)];
    if (x === null || y === null) return [];
    const { low = null, high = null } = metric === null ? {} : (run.metrics[metric] ?? {});
    return [{ id: run.id, name: shortened(run.name), x: shortened(x), y: shortened(y), low, high }];
  });
}

const LONGEST = 24;

/** A longer text would leave no room for the picture. */
function shortened<Value extends number | string>(value: Value): Value | string {
  return typeof value === 'string' && value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value;
}
