import { count, share } from '../format/figures.ts';

export interface Place {
  /** A category, or a range of numbers. */
  label: string;
  reference: number;
  current: number;
}

interface Props {
  places: readonly Place[];
  column: string;
  width?: number;
  height?: number;
  /** With the names of the places below. */
  labelled?: boolean;
}

/** Letters of a name that are shown; longer ones are cut. */
const LONGEST = 16;
/** Pixels a place needs in a small picture, and a slanted name in a large one. */
const NARROWEST = 6;
const NAME_HEIGHT = 13;
/** Height a slanted letter takes. */
const LETTER = 4.6;

/** Shares in each place: the reference as a grey block behind, what is served now as a bar before it. */
export function DistributionOverlay({ places, column, width = 168, height = 36, labelled = false }: Props) {
  const reference = total(places.map((place) => place.reference));
  const current = total(places.map((place) => place.current));
  const left = labelled ? 28 : 0;
  const shown = labelled ? places : joined(places, Math.floor(width / NARROWEST));
  const step = (width - left) / Math.max(1, shown.length);
  const every = Math.ceil(NAME_HEIGHT / step);
  const shares = shown.map((place, index) => ({
    x: left + index * step,
    label: place.label,
    reference: reference === 0 ? 0 : place.reference / reference,
    current: current === 0 ? 0 : place.current / current,
  }));
  const highest = Math.max(1e-9, ...shares.flatMap((place) => [place.reference, place.current]));
  const longest = Math.min(LONGEST, Math.max(0, ...places.map(({ label }) => label.length)));
  const floor = labelled ? height - 16 - longest * LETTER : height;
  return (
    <svg
      className="distribution-overlay"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={`${column}: reference (n ${count(reference)}) and current (n ${count(current)}) in ${places.length} places`}
    >
      {shares.map((place, index) => (
        <PlaceBars
          key={place.x}
          {...place}
          step={step}
          floor={floor}
          scale={(floor - 1) / highest}
          named={labelled && (shown.length - 1 - index) % every === 0}
        />
      ))}
      <line x1={left} x2={width} y1={floor} y2={floor} stroke="var(--line-strong)" />
    </svg>
  );
}

interface BarsProps extends Place {
  x: number;
  step: number;
  /** Where the bars stand. */
  floor: number;
  /** Pixels a share of one would be high. */
  scale: number;
  named: boolean;
}

function PlaceBars({ x, label, reference, current, step, floor, scale, named }: BarsProps) {
  return (
    <g transform={`translate(${x} ${floor})`}>
      <title>{`${label}: reference ${share(reference)}, current ${share(current)}`}</title>
      <rect x={0} width={step} y={-floor} height={floor} fill="transparent" />
      <rect
        x={0.5}
        width={Math.max(1, step - 1)}
        y={-reference * scale}
        height={reference * scale}
        fill="var(--series-reference-fill)"
      />
      <line
        x1={0.5}
        x2={Math.max(1, step - 0.5)}
        y1={-reference * scale}
        y2={-reference * scale}
        stroke="var(--series-reference)"
      />
      <rect
        x={step * 0.28}
        width={Math.max(1, step * 0.44)}
        y={-current * scale}
        height={current * scale}
        fill="var(--series-current)"
      />
      {named ? (
        <text className="tick" textAnchor="end" transform={`translate(${step / 2 + 4} 12) rotate(-50)`}>
          {label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label}
        </text>
      ) : null}
    </g>
  );
}

/** Neighbouring bins added until there are few enough to see. */
function joined(places: readonly Place[], most: number): Place[] {
  const size = Math.ceil(places.length / Math.max(1, most));
  if (size === 1) return [...places];
  const groups = Map.groupBy(places.entries(), ([index]) => Math.floor(index / size));
  return [...groups.values()].map((group) => {
    const members = group.map(([, place]) => place);
    const [first, last] = [members[0], members.at(-1) ?? members[0]];
    return {
      label: first === last ? first.label : `${first.label} … ${last.label}`,
      reference: total(members.map(({ reference }) => reference)),
      current: total(members.map(({ current }) => current)),
    };
  });
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
