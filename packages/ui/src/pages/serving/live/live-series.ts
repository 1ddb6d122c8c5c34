import type { EndpointFigures, FigurePoint } from '../../../api/serving-answers.ts';
import type { TimeSeries } from '../../../components/time-chart.tsx';
import { armColours, inArmOrder } from '../arm-colours.ts';

export interface LiveSeries {
  times: number[];
  /** Another version began to answer for an arm. */
  moments: { at: number; label: string }[];
  rate: TimeSeries[];
  latency: TimeSeries[];
  failures: TimeSeries[];
  batch: TimeSeries[];
  queue: TimeSeries[];
}

/** Of what the server keeps: seconds as far back as this, then ten seconds. */
const FINE_MINUTES = 5;

/** A line for each arm and figure, all over the same times. The server leaves out stretches in which nobody asked. */
export function liveSeries({ at, minutes, series }: EndpointFigures): LiveSeries {
  const arms = inArmOrder([...new Set(series.map(({ arm }) => arm))], (arm) => arm);
  const times = stretches(at, minutes);
  const colours = armColours(arms);
  const found = new Map(series.map((point) => [`${point.at} ${point.arm}`, point]));
  const line = (
    arm: string,
    figure: (point: FigurePoint) => number | null,
    { words = arm, style = 'line', silent = null }: Partial<LineLook> = {},
  ): TimeSeries => ({
    ...{ label: arms.length === 1 || words === arm ? words : `${arm}, ${words}`, style },
    colour: colours.get(arm) ?? '--idle',
    values: times.map((time) => {
      const point = found.get(`${time} ${arm}`);
      return point === undefined ? silent : figure(point);
    }),
  });
  return {
    times,
    moments: arms.flatMap((arm) => changesOf(series.filter((point) => point.arm === arm))),
    rate: arms.map((arm) => line(arm, ({ rate }) => rate, { silent: 0 })),
    latency: arms.flatMap((arm) => [
      line(arm, ({ p50Ms }) => p50Ms, { words: 'median' }),
      line(arm, ({ p99Ms }) => p99Ms, { words: '99 %', style: 'dashed' }),
    ]),
    failures: arms.map((arm) => line(arm, ({ failures }) => failures, { silent: 0 })),
    batch: arms.map((arm) => line(arm, ({ batchMean }) => batchMean)),
    queue: arms.map((arm) => line(arm, ({ queue }) => queue, { silent: 0 })),
  };
}

interface LineLook {
  words: string;
  style: NonNullable<TimeSeries['style']>;
  /** Its value where nobody asked. */
  silent: number | null;
}

/** Starts of the stretches that have ended; the one under way would look like a fall. */
function stretches(at: number, minutes: number): number[] {
  const step = minutes <= FINE_MINUTES ? 1_000 : 10_000;
  const last = Math.floor(at / step) * step - step;
  const count = Math.floor((minutes * 60_000) / step);
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * step);
}

function changesOf(points: readonly FigurePoint[]): { at: number; label: string }[] {
  return points
    .filter(({ version }, index) => index > 0 && version !== points[index - 1].version)
    .map(({ at, version }) => ({ at, label: `version ${version}` }));
}
