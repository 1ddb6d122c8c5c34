import { Link } from '@tanstack/react-router';
import type { SuiteReport, SuiteVerdict } from '../../../api/evaluation-answers.ts';
import { IntervalStrip, rangeOf, StripAxis, type StripRule } from '../../../components/interval-strip.tsx';
import { OUTCOME_COLOURS, VerdictBadge } from '../../../components/verdict-badge.tsx';
import { costText, count, plural, pValue } from '../../../format/figures.ts';
import {
  demandOf,
  differenceInUnit,
  inUnit,
  isDifference,
  type MetricWords,
  marginsOf,
  reasonWords,
  wordsOfMetrics,
} from '../metric-words.ts';

/** Every gate with its evidence; gates of one metric and rule share a scale, so that their intervals can be compared. */
export function GateList({ report }: { report: SuiteReport }) {
  const metrics = wordsOfMetrics(report);
  const groups = [
    ...Map.groupBy(report.verdicts, (one) => `${one.gate} ${one.metric} ${one.rule} ${one.margin}`),
  ];
  if (groups.length === 0)
    return <p className="quiet">The suite has no gates: it measures, and nothing passes or fails.</p>;
  return (
    <ul className="gate-list">
      {groups.map(([key, verdicts]) => (
        <GateGroup
          key={key}
          verdicts={verdicts}
          words={metrics.get(verdicts[0].metric)}
          severalTasks={report.tasks.length > 1}
        />
      ))}
    </ul>
  );
}

interface GroupProps {
  verdicts: readonly SuiteVerdict[];
  words: MetricWords | undefined;
  severalTasks: boolean;
}

function GateGroup({ verdicts, words, severalTasks }: GroupProps) {
  const first = verdicts[0];
  const difference = isDifference(first);
  const format = (value: number | null) =>
    difference ? differenceInUnit(value, words?.unit) : inUnit(value, words?.unit);
  const margins = marginsOf(first);
  const demanded = margins.map((at) => ({ at, kind: 'margin' as const, label: `demanded ${format(at)}` }));
  const rules: StripRule[] = [...(difference ? [{ at: 0, kind: 'zero' as const }] : []), ...demanded];
  const range = rangeOf([
    ...verdicts.flatMap(({ estimate, low, high }) => [estimate, low, high]),
    ...rules.map(({ at }) => at),
  ]);
  return (
    <li className="stack-tight">
      <p>
        <strong>{first.gate}</strong>{' '}
        <span className="quiet">
          {words?.label ?? first.metric}: {demandOf(first, words?.unit)}
          {difference ? '; right of the line is better' : ''}
        </span>
      </p>
      <div className="strip-grid">
        {verdicts.map((verdict) => (
          <div key={verdict.id} className="strip-row">
            <span className="strip-name row">
              <VerdictBadge outcome={verdict.outcome} />
              <span>
                {[
                  severalTasks ? verdict.task : null,
                  verdict.slice === 'overall' ? 'all cases' : verdict.slice,
                ]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </span>
            </span>
            <IntervalStrip
              range={range}
              rules={rules}
              marks={[{ key: verdict.id, ...markOf(verdict), colour: OUTCOME_COLOURS[verdict.outcome] }]}
              label={`${first.gate}, ${verdict.task}, ${verdict.slice}: ${format(verdict.estimate)}, interval ${format(verdict.low)} to ${format(verdict.high)}, ${verdict.outcome}`}
            />
            <GateFigures verdict={verdict} format={format} />
            <GateWords verdict={verdict} words={words} />
          </div>
        ))}
        <div className="strip-row strip-head">
          <span />
          <StripAxis
            range={range}
            format={(at) => (difference && at === 0 ? 'same' : format(at))}
            rules={demanded}
          />
          <span />
        </div>
      </div>
    </li>
  );
}

const markOf = ({ estimate, low, high }: SuiteVerdict) => ({ value: estimate, low, high });

interface FiguresProps {
  verdict: SuiteVerdict;
  format: (value: number | null) => string;
}

function GateFigures({ verdict, format }: FiguresProps) {
  const { estimate, low, high, n, clusters, neededN, neededCost } = verdict;
  return (
    <span className="strip-figures">
      <span>
        <strong>{format(estimate)}</strong>{' '}
        <span className="quiet">
          {low === null || high === null ? '' : `[${format(low)}, ${format(high)}]`}
        </span>
      </span>
      <span className="quiet">
        n {count(n)}
        {clusters < n ? `, ${plural(clusters, 'cluster')}` : ''}
        {neededN === undefined ? '' : ` · needs about ${count(neededN)}`}
        {neededCost === undefined ? '' : `, ${costText(neededCost)}`}
      </span>
    </span>
  );
}

/** The sentence, and how it was come by. */
function GateWords({ verdict, words }: { verdict: SuiteVerdict; words: MetricWords | undefined }) {
  const { sentence, confidence, method, correction, p, reason, detectable, baseline } = verdict;
  return (
    <div className="strip-words">
      <p>{sentence}</p>
      <p className="quiet small">
        {sentence.includes(method)
          ? `${Math.round(confidence * 1000) / 10} % interval`
          : `${Math.round(confidence * 1000) / 10} % interval, ${method}${correction === undefined ? '' : `, ${correction}`}`}
        {p === undefined ? '' : ` · p ${pValue(p)}`}
        {detectable === null ? '' : ` · could have seen ${inUnit(detectable, words?.unit)}`}
        {reason === undefined ? '' : ` · ${reasonWords(reason)}`}
        {verdict.outcome === 'undecided' ? ` · undecided counts as ${UNDECIDED[verdict.onUndecided]}` : ''}
        {baseline === null ? null : (
          <>
            {' · against '}
            <Link to="/evaluations/$evaluation" params={{ evaluation: baseline.evaluation }}>
              {baseline.name}, {baseline.task}
            </Link>{' '}
            {inUnit(verdict.baselineValue, words?.unit)} → {inUnit(verdict.candidateValue, words?.unit)}
          </>
        )}
      </p>
    </div>
  );
}

const UNDECIDED = { fail: 'no pass', warn: 'a warning', extend: 'not done: more cases are run' } as const;
