import { CurveChart } from '../../../components/curve-chart.tsx';
import { Failure } from '../../../components/failure.tsx';
import { Loading } from '../../../components/query-view.tsx';
import { useSeen } from '../../../components/use-seen.ts';
import { metricName } from '../../../format/figures.ts';
import type { CurveView } from './curve-controls.tsx';
import { type CurveRun, useCurves } from './use-curves.ts';

interface Props {
  metric: string;
  runs: readonly CurveRun[];
  view: CurveView;
  /** Points of a curve: as many as the chart has pixels, or fewer where there are many curves. */
  points?: number;
  height?: number;
  /** Beside the title. */
  says?: React.ReactNode;
  file: string;
}

/** A metric over one run or several; its points are asked for when it comes into sight. */
export function MetricCurves({ metric, runs, view, points = 600, height = 200, says, file }: Props) {
  const [box, seen] = useSeen<HTMLDivElement>();
  const { curves, isHeld, isSummed, error } = useCurves(runs, metric, view, { enabled: seen, points });
  return (
    <div ref={box} className="curve-cell">
      {!isHeld && error !== null ? <Failure error={error} /> : null}
      {!isHeld && error === null ? <Loading rows={6} /> : null}
      {isHeld ? (
        <CurveChart
          title={metricName(metric)}
          says={
            <>
              {isSummed ? 'mean, with least and most as a band ' : ''}
              {says}
            </>
          }
          file={file}
          across={view.x ?? 'step'}
          curves={curves}
          log={view.log === true}
          height={height}
        />
      ) : null}
    </div>
  );
}
