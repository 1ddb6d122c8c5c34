import { ChartFrame } from '../../../components/chart-frame.tsx';
import { IntervalStrip, rangeOf, StripAxis, type StripRange } from '../../../components/interval-strip.tsx';
import { count, plural } from '../../../format/figures.ts';
import { differenceInUnit, inUnit } from '../metric-words.ts';
import type { MetricRow, TaskDifference, TaskValue } from './metric-rows.ts';
import { TaskKey } from './task-colours.tsx';

interface Props {
  title: string;
  says?: React.ReactNode;
  file: string;
  rows: readonly MetricRow[];
}

/** Values on the left, differences to the baseline on the right; rows of one unit share their scales. */
export function MetricGrid({ title, says, file, rows }: Props) {
  const groups = [...Map.groupBy(rows, scaleOf).values()];
  const compared = rows.some(({ differences }) => differences.length > 0);
  return (
    <ChartFrame title={title} says={says} file={file} data={dataOf(rows)}>
      <div className="stack-tight">
        <Keys rows={rows} />
        {groups.map((group) => (
          <RowGroup key={group[0].key} rows={group} compared={compared} />
        ))}
      </div>
    </ChartFrame>
  );
}

/** Scores from 0 to 1 can be compared with each other, and so can rates of errors; what has a unit only with its like. */
function scaleOf({ unit, metric, better, values }: MetricRow): string {
  const isShare = values.every(({ metric: { value } }) => value === null || (value >= 0 && value <= 1));
  if (unit !== undefined && unit !== '') return `unit ${unit}`;
  return isShare ? `share ${better}` : `metric ${metric}`;
}

function Keys({ rows }: { rows: readonly MetricRow[] }) {
  const sides = new Map(
    rows.flatMap(({ values }) => values.map((value): [string, TaskValue] => [value.task, value])),
  );
  if (sides.size < 2) return null;
  return (
    <ul className="series-keys">
      {[...sides.values()].map(({ task, colour, isReference }) => (
        <li key={task}>
          <TaskKey colour={colour} isReference={isReference}>
            {task}
          </TaskKey>
        </li>
      ))}
    </ul>
  );
}

function RowGroup({ rows, compared }: { rows: readonly MetricRow[]; compared: boolean }) {
  const values = rangeOf(
    rows.flatMap((row) => row.values.flatMap(({ metric }) => [metric.value, metric.low, metric.high])),
  );
  const differences = rangeOf([
    0,
    ...rows.flatMap(({ margins }) => margins),
    ...rows.flatMap((row) =>
      row.differences.flatMap(({ comparison: { improvement, low, high } }) => [improvement, low, high]),
    ),
  ]);
  const { unit } = rows[0];
  return (
    <div className={compared ? 'strip-grid pair' : 'strip-grid'}>
      {rows.map((row) => (
        <div key={row.key} className="strip-row">
          <span className="strip-name">
            {row.name}
            <span className="quiet small row-aside">{asideOf(row)}</span>
          </span>
          <ValueStrip row={row} range={values} />
          {compared ? <DifferenceStrip row={row} range={differences} /> : null}
          <RowFigures row={row} compared={compared} />
        </div>
      ))}
      <div className="strip-row strip-head">
        <span />
        <StripAxis range={values} format={(value) => inUnit(value, unit)} />
        {compared ? (
          <StripAxis
            range={differences}
            format={(value) => (value === 0 ? 'same' : differenceInUnit(value, unit))}
          />
        ) : null}
        <span />
      </div>
    </div>
  );
}

/** Which way is up, how many cases have a score, and how many scores there should be besides. */
function asideOf({ better, values, missing }: MetricRow): string {
  const sizes = [...new Set(values.map(({ metric }) => metric.n))].map(count);
  return [
    `${better} is better`,
    sizes.length === 0 ? null : `n ${sizes.join(' / ')}`,
    missing === 0 ? null : `${plural(missing, 'score')} missing`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

function ValueStrip({ row, range }: { row: MetricRow; range: StripRange }) {
  return (
    <IntervalStrip
      range={range}
      marks={row.values.map(({ task, colour, isReference, metric: { value, low, high } }) => ({
        ...{ key: task, value, low, high, colour, isReference },
      }))}
      label={`${row.name}: ${row.values.map((value) => valueWords(value, row.unit)).join('; ')}`}
    />
  );
}

function DifferenceStrip({ row, range }: { row: MetricRow; range: StripRange }) {
  if (row.differences.length === 0) return <span className="quiet small">not compared</span>;
  return (
    <IntervalStrip
      range={range}
      rules={[{ at: 0, kind: 'zero' }, ...row.margins.map((at) => ({ at, kind: 'margin' as const }))]}
      marks={row.differences.map(({ task, colour, comparison: { improvement, low, high } }) => ({
        ...{ key: task, value: improvement, low, high, colour },
      }))}
      label={`Lead over the baseline in ${row.name}: ${row.differences.map((one) => differenceWords(one, row.unit)).join('; ')}`}
    />
  );
}

function RowFigures({ row, compared }: { row: MetricRow; compared: boolean }) {
  return (
    <span className="strip-figures">
      {row.values.map(({ task, colour, isReference, metric }) => {
        const difference = row.differences.find((one) => one.task === task)?.comparison;
        return (
          <span key={task}>
            <TaskKey colour={colour} isReference={isReference}>
              <span className="hidden-text">{task}: </span>
              {metric.value === null ? (
                <span className="quiet">{metric.reason ?? 'not enough data'}</span>
              ) : (
                <span>
                  <strong>{inUnit(metric.value, row.unit)}</strong>{' '}
                  <span className="quiet">
                    {intervalWords(metric.low, metric.high, (value) => inUnit(value, row.unit))}
                  </span>
                </span>
              )}
            </TaskKey>
            {!compared || difference === undefined ? null : (
              <span className="quiet lead-words">
                lead {differenceInUnit(difference.improvement, row.unit)}{' '}
                {intervalWords(difference.low, difference.high, (value) => differenceInUnit(value, row.unit))}
              </span>
            )}
          </span>
        );
      })}
    </span>
  );
}

function intervalWords(
  low: number | null,
  high: number | null,
  format: (value: number | null) => string,
): string {
  return low === null || high === null ? '(no interval)' : `[${format(low)}, ${format(high)}]`;
}

function valueWords({ task, metric: { value, low, high, n } }: TaskValue, unit: string | undefined): string {
  return `${task} ${inUnit(value, unit)} ${intervalWords(low, high, (one) => inUnit(one, unit))}, n ${n}`;
}

function differenceWords({ task, comparison }: TaskDifference, unit: string | undefined): string {
  const { improvement, low, high } = comparison;
  return `${task} ${differenceInUnit(improvement, unit)} ${intervalWords(low, high, (one) => differenceInUnit(one, unit))}`;
}

function dataOf(rows: readonly MetricRow[]) {
  return {
    columns: [
      'metric',
      'row',
      'task',
      'value',
      'low',
      'high',
      'n',
      'clusters',
      'method',
      'lead',
      'lead low',
      'lead high',
    ],
    rows: rows.flatMap((row) =>
      row.values.map(({ task, metric }) => {
        const lead = row.differences.find((one) => one.task === task)?.comparison;
        const { value, low, high, n, clusters, method } = metric;
        return [
          ...[row.metric, row.name, task, value, low, high, n, clusters, method],
          ...[lead?.improvement ?? null, lead?.low ?? null, lead?.high ?? null],
        ];
      }),
    ),
  };
}
