import type { ImportanceResult } from '../../../api/explanation-answers.ts';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { FloatingBars } from '../../../components/floating-bars.tsx';
import { metricName } from '../../../format/figures.ts';
import { levelText, movedText } from './explanation-words.ts';

interface Props {
  result: ImportanceResult;
  file: string;
}

const MOST = 20;

/** By how much the metric gets worse without each field; the whisker spans the shuffles. */
export function ImportanceBars({ result, file }: Props) {
  const { metric, features, n, repeats, score } = result;
  const shown = features.slice(0, MOST);
  return (
    <ChartFrame
      title={`${metricName(metric)} lost without the field`}
      says={`from ${levelText(score)}, n ${n}; whiskers span ${repeats} shuffles`}
      file={file}
      data={{
        columns: ['field', 'lost', 'sd', 'least', 'most'],
        rows: features.map(({ name, importance, sd, values }) => [
          ...[name, importance, sd, Math.min(...values), Math.max(...values)],
        ]),
      }}
    >
      <FloatingBars
        bars={shown.map(({ name, importance, sd, values }) => ({
          ...{ key: name, name, from: 0, to: importance },
          ...{ low: Math.min(importance, ...values), high: Math.max(importance, ...values) },
          text: `${movedText(importance)} ± ${levelText(sd)}`,
        }))}
        format={levelText}
        label={`${metricName(metric)} lost without each field: ${shown.map(({ name, importance, sd }) => `${name} ${levelText(importance)}, sd ${levelText(sd)}`).join('; ')}`}
      />
    </ChartFrame>
  );
}
