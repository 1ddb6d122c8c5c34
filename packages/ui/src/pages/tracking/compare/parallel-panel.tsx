import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { Section } from '../../../components/section.tsx';
import { plural } from '../../../format/figures.ts';
import { loggedFigure } from '../../../format/logged.ts';
import { KeyChips } from '../key-chips.tsx';
import { isIntervalEnd } from '../runs/column-key.ts';
import { brushesText, readBrushes } from './brushes.ts';
import type { ComparePanelProps } from './compare-page.tsx';
import { axesOf, axisValue, type ComparedRun } from './compared-run.ts';
import { heldBy, ParallelPlot } from './parallel-plot.tsx';

const MOST_PARAMS = 4;
const MOST_METRICS = 3;
const LISTED = 12;

/** Which settings go with which results: a line a run, parts of axes held by brushes. */
export function ParallelPanel({ runs, search, change }: ComparePanelProps) {
  const known = useMemo(() => axesOf(runs), [runs]);
  const axes = useMemo(
    () =>
      search.axes === undefined
        ? firstAxes(known.differing)
        : search.axes.split(',').filter((axis) => axis !== ''),
    [search.axes, known],
  );
  const brushes = useMemo(() => readBrushes(search.brush), [search.brush]);
  const isHeld = useMemo(() => heldBy(brushes, axes, runs), [brushes, axes, runs]);
  const held = runs.filter(isHeld);
  const rows = runs.map((run) => [run.name, ...axes.map((axis) => axisValue(run, axis))]);
  return (
    <Section
      title="Parallel coordinates"
      says="Drag along an axis to hold a part of it; colour follows the last axis."
    >
      <div className="stack-tight">
        <KeyChips
          label="axes"
          chosen={axes}
          known={[...known.differing, ...known.same]}
          choose={(next) => change({ axes: next.join(',') })}
        />
        {axes.length < 2 ? (
          <p className="quiet">Two axes are needed; the runs may not differ in more.</p>
        ) : (
          <ChartFrame
            title={axes.map((axis) => axis.slice(axis.indexOf('.') + 1)).join(' · ')}
            says={plural(runs.length, 'run')}
            file="compared-runs"
            data={{ columns: ['run', ...axes], rows }}
          >
            <ParallelPlot
              runs={runs}
              axes={axes}
              brushes={brushes}
              brush={(next) => change({ brush: brushesText(next) })}
              isHeld={isHeld}
            />
          </ChartFrame>
        )}
        <Held
          held={held}
          all={runs.length}
          by={axes.at(-1)}
          clear={search.brush === undefined ? undefined : () => change({ brush: undefined })}
        />
      </div>
    </Section>
  );
}

function firstAxes(differing: readonly string[]): string[] {
  const params = differing.filter((axis) => axis.startsWith('params.')).slice(0, MOST_PARAMS);
  const hasInterval = (axis: string) => differing.includes(`${axis}.low`);
  const metrics = differing.filter((axis) => axis.startsWith('metrics.') && !isIntervalEnd(axis));
  const [withInterval, others] = [metrics.filter(hasInterval), metrics.filter((axis) => !hasInterval(axis))];
  // The last axis gives the colour: the metric that is surest.
  return [...params, ...[...withInterval, ...others].slice(0, MOST_METRICS).reverse()];
}

interface HeldProps {
  held: readonly ComparedRun[];
  all: number;
  by: string | undefined;
  clear: (() => void) | undefined;
}

/** The runs that are held, the highest on the last axis first. */
function Held({ held, all, by, clear }: HeldProps) {
  const value = (run: ComparedRun) => (by === undefined ? null : axisValue(run, by));
  const sorted = held.toSorted(
    (a, b) => Number(value(b) ?? Number.NEGATIVE_INFINITY) - Number(value(a) ?? Number.NEGATIVE_INFINITY),
  );
  return (
    <div className="stack-tight">
      <p className="row">
        <span>
          {held.length === all ? `All ${plural(all, 'run')}` : `${held.length} of ${plural(all, 'run')} held`}
          {by === undefined ? '' : `, by ${by}`}:
        </span>
        {clear === undefined ? null : (
          <button type="button" className="text-button" onClick={clear}>
            hold nothing
          </button>
        )}
      </p>
      <ol className="row">
        {sorted.slice(0, LISTED).map((run) => {
          const at = value(run);
          return (
            <li key={run.id}>
              <Link to="/tracking/runs/$run" params={{ run: run.id }}>
                {run.name}
              </Link>{' '}
              <span className="quiet small">
                {typeof at === 'number' ? loggedFigure(at) : at?.slice(0, 40)}
              </span>
            </li>
          );
        })}
        {sorted.length > LISTED ? <li className="quiet">and {sorted.length - LISTED} more</li> : null}
      </ol>
    </div>
  );
}
