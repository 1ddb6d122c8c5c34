import type { Verdict } from '../api/answers.ts';
import { count, metricFigure, metricName, pValue, signedFigure } from '../format/figures.ts';
import { IntervalPlot } from './interval-plot.tsx';
import { VerdictBadge } from './verdict-badge.tsx';

/** A gate's answer: the sentence, the interval against what was demanded, n and the method. */
export function VerdictEvidence({ verdict }: { verdict: Verdict }) {
  const { gate, outcome, sentence, metric, n, method, confidence, p, neededN } = verdict;
  return (
    <div className="stack-tight">
      <div className="row">
        <VerdictBadge outcome={outcome} />
        <strong>{gate}</strong>
        {verdict.slice === undefined ? null : <span>{verdict.slice}</span>}
      </div>
      <p>{sentence}</p>
      <IntervalPlot
        estimate={verdict.estimate}
        low={verdict.low}
        high={verdict.high}
        zero={isDifference(verdict)}
        margins={marginsOf(verdict)}
        outcome={outcome}
        label={`${metricName(metric)}: ${signedFigure(verdict.estimate)} with interval ${signedFigure(verdict.low)} to ${signedFigure(verdict.high)}, ${outcome}`}
      />
      <p className="quiet small">
        {axisWords(verdict)} · {Math.round(confidence * 1000) / 10} % interval, {method}
        {verdict.correction === undefined ? '' : `, ${verdict.correction}`} · n {count(n)}
        {verdict.clusters === undefined ? '' : ` in ${count(verdict.clusters)} clusters`}
        {p === undefined ? '' : ` · p ${pValue(p)}`}
        {neededN === undefined ? '' : ` · about ${count(neededN)} rows would decide`}
      </p>
      <p className="small">
        {verdict.baseline.kind === 'champion' ? 'Champion' : 'Baseline'} {metricFigure(verdict.baselineValue)}{' '}
        → candidate <strong>{metricFigure(verdict.candidateValue)}</strong>{' '}
        <span className="quiet">{metricName(metric)}</span>
      </p>
    </div>
  );
}

/** Right is always better: differences are turned so. A floor or a ceiling is drawn in the metric's own direction. */
function axisWords({ rule, metric }: Verdict): string {
  if (rule === 'at-least') return `${metricName(metric)}, higher is better`;
  if (rule === 'at-most') return `${metricName(metric)}, lower is better`;
  return `difference in ${metricName(metric)}, right of zero is better`;
}

function isDifference({ rule }: Verdict): boolean {
  return rule !== 'at-least' && rule !== 'at-most';
}

function marginsOf({ rule, margin }: Verdict): { at: number; label: string }[] {
  switch (rule) {
    case 'better-than':
      return margin === 0 ? [] : [{ at: margin, label: `margin ${signedFigure(margin)}` }];
    case 'no-worse-than':
      return [{ at: -margin, label: `margin ${signedFigure(-margin)}` }];
    case 'equivalent':
      return [
        { at: -margin, label: `margin ${signedFigure(-margin)}` },
        { at: margin, label: `margin ${signedFigure(margin)}` },
      ];
    case 'at-least':
      return [{ at: margin, label: `floor ${metricFigure(margin)}` }];
    case 'at-most':
      return [{ at: margin, label: `ceiling ${metricFigure(margin)}` }];
  }
}
