import { useMemo, useRef, useState } from 'react';
import { useWidth } from '../../../components/use-width.ts';
import { type AxisScale, axisScale } from './axis-scale.ts';
import type { Brushes } from './brushes.ts';
import { axisValue, type ComparedRun } from './compared-run.ts';

interface Props {
  runs: readonly ComparedRun[];
  axes: readonly string[];
  brushes: Brushes;
  brush: (brushes: Brushes) => void;
  /** Which runs are within every brush. */
  isHeld: (run: ComparedRun) => boolean;
}

const HEIGHT = 380;
const TOP = 46;
const FOOT = HEIGHT - 40;
/** Runs that have nothing on an axis pass below it. */
const NOWHERE = HEIGHT - 14;
const SIDE = 70;
const LEAST_STEP = 110;
/** Lines of one shade are one path: five hundred of them are then drawn within a frame. */
const TONES = 7;
const EVERY_TONE = Array.from({ length: TONES + 1 }, (_, tone) => tone);

const yOf = (place: number | null) => (place === null ? NOWHERE : FOOT - place * (FOOT - TOP));

/** Which runs lie within every brush. */
export function heldBy(
  brushes: Brushes,
  axes: readonly string[],
  runs: readonly ComparedRun[],
): (run: ComparedRun) => boolean {
  const held = axes
    .filter((axis) => brushes[axis] !== undefined)
    .map((axis) => ({
      axis,
      range: brushes[axis],
      scale: axisScale(runs.map((run) => axisValue(run, axis))),
    }));
  return (run) =>
    held.every(({ axis, range, scale }) => {
      const place = scale.place(axisValue(run, axis));
      return place !== null && place >= range[0] - 1e-9 && place <= range[1] + 1e-9;
    });
}

/** A line for each run over an axis for each key; a part of an axis can be held. */
export function ParallelPlot({ runs, axes, brushes, brush, isHeld }: Props) {
  const [box, room] = useWidth<HTMLFieldSetElement>(1_100);
  const width = Math.max(room, SIDE * 2 + LEAST_STEP * (axes.length - 1));
  const step = axes.length < 2 ? 0 : (width - SIDE * 2) / (axes.length - 1);
  const x = (index: number) => SIDE + index * step;
  const scales = useMemo(
    () => axes.map((axis) => axisScale(runs.map((run) => axisValue(run, axis)))),
    [axes, runs],
  );
  const put = (axis: string, range: readonly [number, number] | null) => {
    const { [axis]: _, ...rest } = brushes;
    brush(range === null ? rest : { ...rest, [axis]: range });
  };
  const paths = useMemo(() => {
    return runs.map((run) => {
      const places = axes.map((axis, index) => scales[index].place(axisValue(run, axis)));
      const points = places.map((place, index) => `${SIDE + index * step},${yOf(place).toFixed(1)}`);
      return { run, path: `M${points.join('L')}`, tone: Math.round((places.at(-1) ?? 0) * TONES) };
    });
  }, [runs, axes, scales, step]);
  return (
    <fieldset ref={box} className="parallel" aria-label={`${runs.length} runs over ${axes.length} axes`}>
      <svg width={width} height={HEIGHT}>
        <title>Every run as a line over the chosen keys</title>
        <g fill="none">
          <path
            d={paths.flatMap(({ run, path }) => (isHeld(run) ? [] : path)).join('')}
            stroke="var(--line-strong)"
            strokeOpacity={0.25}
          />
          {EVERY_TONE.map((tone) => (
            <path
              key={tone}
              d={paths.flatMap((line) => (line.tone === tone && isHeld(line.run) ? line.path : [])).join('')}
              stroke={toneColour(tone / TONES)}
              strokeWidth={1.5}
              strokeOpacity={runs.length > 60 ? 0.55 : 0.9}
            />
          ))}
        </g>
        {axes.map((axis, index) => (
          <Axis
            key={axis}
            axis={axis}
            x={x(index)}
            scale={scales[index]}
            isLacked={runs.some((run) => axisValue(run, axis) === null)}
            range={brushes[axis]}
            put={(range) => put(axis, range)}
          />
        ))}
      </svg>
    </fieldset>
  );
}

/** From the reference's grey to the accent, as the last axis has it. */
function toneColour(place: number): string {
  return `color-mix(in oklab, var(--series-current) ${Math.round(place * 100)}%, var(--series-reference-fill))`;
}

interface AxisProps {
  /** Does a run have nothing here? */
  isLacked: boolean;
  axis: string;
  x: number;
  scale: AxisScale;
  range: readonly [number, number] | undefined;
  put: (range: readonly [number, number] | null) => void;
}

function Axis({ axis, x, scale, range, isLacked, put }: AxisProps) {
  const { shown, handlers } = useBrush(range, put);
  const name = axis.slice(axis.indexOf('.') + 1);
  const [low, high] = shown ?? [0, 1];
  return (
    <g transform={`translate(${x},0)`}>
      <text y={16} textAnchor="middle" className="axis-name">
        {name.length > 18 ? `${name.slice(0, 17)}…` : name}
        <title>{axis}</title>
      </text>
      {isLacked ? (
        <text y={NOWHERE + 12} textAnchor="middle" className="tick halo">
          none
        </text>
      ) : null}
      {scale.isLog ? (
        <text y={31} textAnchor="middle" className="tick">
          log
        </text>
      ) : null}
      <line y1={TOP} y2={FOOT} stroke="var(--line-strong)" />
      {scale.ticks.map(({ at, text }) => (
        <text key={`${at} ${text}`} x={6} y={yOf(at) + 4} className="tick halo">
          {text.length > 14 ? `${text.slice(0, 13)}…` : text}
        </text>
      ))}
      {shown === undefined ? null : (
        <rect x={-7} width={14} y={yOf(high)} height={Math.max(2, yOf(low) - yOf(high))} className="brush" />
      )}
      <rect
        x={-14}
        width={28}
        y={TOP - 6}
        height={FOOT - TOP + 12}
        fill="transparent"
        style={{ cursor: 'crosshair', touchAction: 'none' }}
        {...handlers}
      />
      <Handle axis={axis} end="highest" at={high} move={(at) => put([low, Math.max(at, low)])} />
      <Handle axis={axis} end="lowest" at={low} move={(at) => put([Math.min(at, high), high])} />
    </g>
  );
}

type Range = readonly [number, number];
type Pointer = React.PointerEvent<SVGElement>;

/** A part of an axis is held by dragging along it; a click lets it go. */
function useBrush(range: Range | undefined, put: (range: Range | null) => void) {
  const [drag, setDrag] = useState<Range | null>(null);
  const begun = useRef(0);
  const extent = (event: Pointer): Range => {
    const at = placeOf(event);
    return [Math.min(begun.current, at), Math.max(begun.current, at)];
  };
  const handlers = {
    onPointerDown(event: Pointer) {
      event.currentTarget.setPointerCapture(event.pointerId);
      begun.current = placeOf(event);
      setDrag([begun.current, begun.current]);
    },
    onPointerMove(event: Pointer) {
      if (drag !== null) setDrag(extent(event));
    },
    onPointerUp(event: Pointer) {
      const [from, to] = extent(event);
      setDrag(null);
      put(to - from < LEAST ? null : [from, to]);
    },
  };
  return { shown: drag ?? range, handlers };
}

/** Less than this was a click. */
const LEAST = 0.02;

function placeOf(event: Pointer): number {
  const { top } = (event.currentTarget.ownerSVGElement as SVGSVGElement).getBoundingClientRect();
  return Math.max(0, Math.min(1, (FOOT - (event.clientY - top)) / (FOOT - TOP)));
}

interface HandleProps {
  axis: string;
  end: 'highest' | 'lowest';
  at: number;
  move: (at: number) => void;
}

const STEPS: Record<string, number> = { ArrowUp: 0.05, ArrowRight: 0.05, ArrowDown: -0.05, ArrowLeft: -0.05 };

/** An end of what is held, for the keyboard. */
function Handle({ axis, end, at, move }: HandleProps) {
  return (
    <rect
      x={-8}
      width={16}
      y={yOf(at) - 2}
      height={4}
      rx={2}
      className="brush-handle"
      role="slider"
      tabIndex={0}
      aria-label={`${end} of ${axis} that is held`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      aria-orientation="vertical"
      onKeyDown={(event) => {
        const step = STEPS[event.key];
        if (step === undefined) return;
        event.preventDefault();
        move(Math.max(0, Math.min(1, at + step)));
      }}
    />
  );
}
