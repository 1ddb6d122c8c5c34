import type { HeldOutLook } from '../../../api/evaluation-answers.ts';
import { IntervalStrip, rangeOf } from '../../../components/interval-strip.tsx';
import { Measured } from '../../../components/measured.tsx';
import { Section } from '../../../components/section.tsx';
import { TimeChart, type TimeSeries } from '../../../components/time-chart.tsx';
import { metricFigure, metricName } from '../../../format/figures.ts';

/** Where the tuned-on cases begin to look better than the unseen ones, the suite has been learnt by heart. */
export function GapChart({ looks }: { looks: readonly HeldOutLook[] }) {
  const ended = looks.filter(({ heldOut }) => heldOut !== null && heldOut.length > 0).toReversed();
  const metrics = [...new Set(ended.flatMap(({ heldOut }) => (heldOut ?? []).map(({ metric }) => metric)))];
  if (metrics.length === 0) return null;
  return (
    <Section
      title="Dev beside held-out"
      says="Where dev rises and held-out does not, the suite was learnt by heart."
    >
      <div className="columns">
        {metrics.map((metric) =>
          // A band needs two looks.
          ended.length === 1 ? (
            <OneLook key={metric} metric={metric} series={seriesOf(ended, metric)} />
          ) : (
            <TimeChart
              key={metric}
              title={metricName(metric)}
              file={`held-out-${metric}`}
              times={ended.map(({ at }) => at)}
              series={seriesOf(ended, metric)}
              format={metricFigure}
            />
          ),
        )}
      </div>
    </Section>
  );
}

function OneLook({ metric, series }: { metric: string; series: readonly TimeSeries[] }) {
  const marks = series.map(({ label, colour, values, low, high }) => ({
    ...{ key: label, colour, value: values[0], low: low?.[0] ?? null, high: high?.[0] ?? null },
  }));
  const range = rangeOf(marks.flatMap(({ value, low, high }) => [value, low, high]));
  return (
    <div>
      <h3>{metricName(metric)}</h3>
      <div className="strip-grid narrow">
        {marks.map((mark) => (
          <div key={mark.key} className="strip-row">
            <span className="strip-name">{mark.key}</span>
            <IntervalStrip
              range={range}
              marks={[mark]}
              label={`${mark.key}: ${metricFigure(mark.value)}, interval ${metricFigure(mark.low)} to ${metricFigure(mark.high)}`}
            />
            <span className="strip-figures">
              <Measured value={mark.value} low={mark.low} high={mark.high} />
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}

function seriesOf(looks: readonly HeldOutLook[], metric: string): TimeSeries[] {
  const of = (side: 'dev' | 'heldOut') =>
    looks.map((look) => look[side]?.find((one) => one.metric === metric));
  const series = (label: string, colour: string, side: 'dev' | 'heldOut'): TimeSeries => {
    const found = of(side);
    return {
      ...{ label, colour },
      values: found.map((one) => one?.value ?? null),
      low: found.map((one) => one?.low ?? null),
      high: found.map((one) => one?.high ?? null),
    };
  };
  return [series('dev', '--series-estimated', 'dev'), series('held-out', '--series-current', 'heldOut')];
}
