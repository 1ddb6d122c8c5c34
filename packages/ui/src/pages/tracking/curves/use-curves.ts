import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CurvesAnswer } from '../../../api/tracking-answers.ts';
import { curves as curvesQuery } from '../../../api/tracking-queries.ts';
import type { Curve } from '../../../components/curve-chart.tsx';
import { placesOn, smoothed } from '../../../components/curve-series.ts';
import type { CurveView } from './curve-controls.tsx';

export interface CurveRun {
  id: string;
  name: string;
  startedAt: number;
  status: string;
}

interface Options {
  enabled: boolean;
  /** Points of a curve. */
  points: number;
}

interface Curves {
  curves: Curve[];
  /** Is there something to draw, if only what was drawn before? */
  isHeld: boolean;
  /** Does a point stand for several? */
  isSummed: boolean;
  error: Error | null;
}

type Columns = CurvesAnswer['items'][number];

/** So many of the first runs have a colour of their own: more could not be told apart. */
const COLOURS = 8;

/** The curves of a metric over several runs, as the page wants them drawn. */
export function useCurves(
  runs: readonly CurveRun[],
  metric: string,
  { x = 'step', smooth = 0 }: CurveView,
  { enabled, points }: Options,
): Curves {
  const run = runs.map(({ id }) => id);
  const isLive = runs.some(({ status }) => status === 'running');
  const values = useQuery({
    ...curvesQuery({ key: metric, run, points, x: x === 'time' ? 'time' : 'step' }, isLive),
    enabled,
  });
  const epochs = useQuery({
    ...curvesQuery({ key: 'epoch', run, points, x: 'step' }, isLive),
    enabled: enabled && x === 'epoch',
  });
  const curves = useMemo(() => {
    const byRun = (answer: CurvesAnswer | undefined) =>
      new Map(answer?.items.map((item) => [item.run, item]));
    const [held, epochOf] = [byRun(values.data), byRun(epochs.data)];
    return runs.flatMap(({ id, name, startedAt }, index) => {
      const columns = held.get(id);
      if (columns === undefined || columns.x.length === 0) return [];
      const places = placesOf(columns, x, startedAt, epochOf.get(id));
      if (places === null) return [];
      const colour = index < COLOURS ? `--run-${index + 1}` : null;
      return [toCurve(name, colour, places, columns, smooth)];
    });
  }, [runs, values.data, epochs.data, x, smooth]);
  return {
    curves,
    isHeld: values.data !== undefined && (x !== 'epoch' || epochs.data !== undefined),
    isSummed: values.data?.items.some(isSummed) === true,
    error: values.error ?? epochs.error,
  };
}

function isSummed({ points }: Columns): boolean {
  return points.some((size) => size > 1);
}

/** Where its points lie; null for a run that logged no epochs where these are asked for. */
function placesOf(
  columns: Columns,
  x: NonNullable<CurveView['x']>,
  startedAt: number,
  epoch: Columns | undefined,
): number[] | null {
  if (x === 'time') return columns.x.map((time) => time - startedAt);
  if (x === 'step') return columns.x;
  if (epoch === undefined || epoch.x.length === 0) return null;
  return placesOn(columns.x, { steps: epoch.x, values: epoch.mean });
}

function toCurve(label: string, colour: string | null, x: number[], columns: Columns, smooth: number): Curve {
  const { mean, min, max } = columns;
  if (smooth > 0) return { label, colour, x, y: smoothed(mean, smooth), raw: mean };
  return isSummed(columns)
    ? { label, colour, x, y: mean, low: min, high: max }
    : { label, colour, x, y: mean };
}
