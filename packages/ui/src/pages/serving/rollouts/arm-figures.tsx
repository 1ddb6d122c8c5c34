import { Link } from '@tanstack/react-router';
import type { RolloutArmFigures, SequentialFigure } from '../../../api/serving-answers.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { IntervalStrip, rangeOf, StripAxis } from '../../../components/interval-strip.tsx';
import { count, duration, metricFigure, metricName, share } from '../../../format/figures.ts';
import { armColours } from '../arm-colours.ts';
import { ArmName } from '../arm-name.tsx';

/** The arms beside each other: what each was asked, and what can be said of it. */
export function ArmFiguresView({ arms }: { arms: readonly RolloutArmFigures[] }) {
  const names = arms.map(({ name }) => name);
  const columns: readonly Column<RolloutArmFigures>[] = [
    { id: 'arm', header: 'Arm', heads: true, show: ({ name }) => <ArmName arm={name} among={names} /> },
    ...COLUMNS,
  ];
  return (
    <div className="stack">
      <DataTable label="Arms" rows={arms} columns={columns} rowKey={({ name }) => name} />
      <ArmIntervals arms={arms} />
    </div>
  );
}

/** What can be said of each arm, with its interval. */
export function ArmIntervals({ arms }: { arms: readonly RolloutArmFigures[] }) {
  return (
    <div className="columns">
      <ArmStrips title="Error rate" arms={arms} figureOf={({ errorRate }) => errorRate} format={share} />
      <ArmStrips title="Mean score" arms={arms} figureOf={({ score }) => score} format={metricFigure} />
      <ArmStrips
        title={metricName(arms.find(({ metric }) => metric !== null)?.metric?.name ?? 'By labels')}
        arms={arms}
        figureOf={({ metric }) => metric}
        format={metricFigure}
      />
    </div>
  );
}

const COLUMNS: readonly Column<RolloutArmFigures>[] = [
  {
    id: 'version',
    header: 'Version',
    show: ({ model, version }) => (
      <Link to="/registry/$model/$number" params={{ model, number: String(version) }}>
        {model} {version}
      </Link>
    ),
  },
  { id: 'weight', header: 'Answers', number: true, show: ({ weight }) => share(weight) },
  { id: 'requests', header: 'Requests', number: true, show: ({ requests }) => count(requests) },
  { id: 'failures', header: 'Failed', number: true, show: ({ failures }) => count(failures) },
  ...(['p50', 'p95', 'p99'] as const).map(
    (key): Column<RolloutArmFigures> => ({
      id: key,
      header: { p50: 'Median', p95: '95 %', p99: '99 %' }[key],
      number: true,
      show: ({ latencyMs }) => duration(latencyMs[key]),
    }),
  ),
];

interface StripsProps {
  title: string;
  arms: readonly RolloutArmFigures[];
  figureOf: (arm: RolloutArmFigures) => SequentialFigure | null;
  format: (value: number | null) => string;
}

/** One figure of every arm, on one scale. */
function ArmStrips({ title, arms, figureOf, format }: StripsProps) {
  const colours = armColours(arms.map(({ name }) => name));
  const shown = arms.map((arm) => ({ name: arm.name, figure: figureOf(arm) }));
  if (shown.every(({ figure }) => (figure?.estimate ?? null) === null)) return null;
  const range = rangeOf(shown.flatMap(({ figure }) => [figure?.estimate, figure?.low, figure?.high]));
  return (
    <figure aria-label={title}>
      <figcaption>
        <strong>{title}</strong>
      </figcaption>
      <div className="arm-strips">
        {shown.map(({ name, figure }) => (
          <div key={name}>
            <ArmName arm={name} among={arms.map((arm) => arm.name)} />
            <IntervalStrip
              range={range}
              marks={[
                {
                  key: name,
                  colour: colours.get(name) ?? '--idle',
                  ...{
                    value: figure?.estimate ?? null,
                    low: figure?.low ?? null,
                    high: figure?.high ?? null,
                  },
                },
              ]}
              label={`${title} of ${name}: ${figureWords(figure, format)}`}
            />
            <span className="small">{figureWords(figure, format)}</span>
          </div>
        ))}
        <div aria-hidden="true">
          <span />
          <StripAxis range={range} ticks={3} format={format} />
          <span />
        </div>
      </div>
    </figure>
  );
}

function figureWords(figure: SequentialFigure | null, format: StripsProps['format']): string {
  if (figure === null || figure.estimate === null) return 'not enough data';
  const { estimate, low, high, n } = figure;
  const interval = low === null || high === null ? '' : ` [${format(low)}, ${format(high)}]`;
  return `${format(estimate)}${interval} n ${count(n)}`;
}
