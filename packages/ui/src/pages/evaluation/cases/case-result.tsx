import type { CaseTrial, SuiteReport } from '../../../api/evaluation-answers.ts';
import { Digest } from '../../../components/copy-text.tsx';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { LongText } from '../../../components/long-text.tsx';
import { Payload } from '../../../components/payload.tsx';
import { Section } from '../../../components/section.tsx';
import { StateMark } from '../../../components/state-mark.tsx';
import { WordDiff } from '../../../components/word-diff-view.tsx';
import { costText, count, duration } from '../../../format/figures.ts';
import { type MetricWords, wordsOfMetrics } from '../metric-words.ts';
import { wholeText } from './case-value.ts';
import { conditionOf, wordsOf } from './score-chips.tsx';

interface Props {
  result: CaseTrial;
  report: SuiteReport | undefined;
  severalTrials: boolean;
  /** The baseline's answer to the same case. */
  before: CaseTrial | undefined;
}

/** One answer to the case: what it says, what each scorer says of it, what it took. */
export function CaseResult({ result, report, severalTrials, before }: Props) {
  const { task, trial, status, output, code, message, calls } = result;
  return (
    <Section title={severalTrials ? `${task}, trial ${trial + 1}` : task} says={tookWords(result)}>
      <div className="stack">
        {status === 'ok' ? (
          <Payload title="Output" value={output} />
        ) : (
          <p className="bad-text">
            {status === 'timeout' ? 'No answer in time.' : 'No answer.'} {code ? <code>{code}</code> : null}{' '}
            {message}
          </p>
        )}
        {before === undefined || status !== 'ok' ? null : (
          <figure aria-label="Against the baseline">
            <p className="payload-head">
              <strong>Against the baseline’s output</strong>
            </p>
            <WordDiff
              left={{ name: 'the baseline', text: wholeText(before.output) }}
              right={{ name: 'this one', text: wholeText(output) }}
            />
          </figure>
        )}
        <Scores
          result={result}
          before={before}
          words={report === undefined ? new Map() : wordsOfMetrics(report)}
        />
        {calls.length === 0 ? null : (
          <p className="row small">
            <span className="quiet">Model calls</span>
            {calls.map((call) => (
              <Digest key={call} digest={call} label="key of the model call" />
            ))}
          </p>
        )}
      </div>
    </Section>
  );
}

function tookWords({ latencyMs, cached, tokens, cost }: CaseTrial): string {
  const parts = [
    cached ? 'from the cache' : latencyMs === null ? null : duration(latencyMs),
    tokens === null ? null : `${count(tokens.input)} → ${count(tokens.output)} tokens`,
    cost === null ? null : costText(cost),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

interface ScoreRow {
  metric: string;
  score: CaseTrial['scores'][string];
  before: CaseTrial['scores'][string] | undefined;
  words: MetricWords | undefined;
}

interface ScoresProps {
  result: CaseTrial;
  before: CaseTrial | undefined;
  words: ReadonlyMap<string, MetricWords>;
}

function Scores({ result, before, words }: ScoresProps) {
  const rows: ScoreRow[] = Object.entries(result.scores).map(([metric, score]) => ({
    ...{ metric, score, before: before?.scores[metric], words: words.get(metric) },
  }));
  if (rows.length === 0) return <p className="quiet">Nothing was scored.</p>;
  return (
    <DataTable
      label={`Scores of ${result.task}, trial ${result.trial + 1}`}
      rows={rows}
      columns={COLUMNS}
      rowKey={({ metric }) => metric}
    />
  );
}

const COLUMNS: readonly Column<ScoreRow>[] = [
  {
    id: 'metric',
    header: 'Metric',
    heads: true,
    value: ({ metric }) => metric,
    show: ({ metric, words }) => words?.label ?? metric,
  },
  {
    id: 'score',
    header: 'Score',
    show: ({ score, words }) => (
      <span className="score-chip">
        <StateMark condition={conditionOf(score, words)} size={12} />
        {wordsOf(score, words)}
        {score.label && score.value !== null ? <span className="quiet">{score.label}</span> : null}
        {score.code ? <code>{score.code}</code> : null}
      </span>
    ),
  },
  {
    id: 'before',
    header: 'Baseline',
    show: ({ before, words }) => (before === undefined ? '—' : wordsOf(before, words)),
  },
  {
    id: 'why',
    header: 'Why',
    show: ({ score: { rationale, reason, evidence } }) => {
      const said = rationale ?? reason;
      return (
        <span className="wrapping">
          {said ? <LongText text={said} /> : null}
          {evidence === undefined || evidence === null ? null : (
            <code className="broken small">
              <LongText text={wholeText(evidence)} />
            </code>
          )}
          {!said && (evidence === undefined || evidence === null) ? <span className="quiet">—</span> : null}
        </span>
      );
    },
  },
];
