import { Link } from '@tanstack/react-router';
import type { CaseItem, SuiteReport } from '../../../api/evaluation-answers.ts';
import { Payload } from '../../../components/payload.tsx';
import { WordDiff } from '../../../components/word-diff-view.tsx';
import type { MetricWords } from '../metric-words.ts';
import { wholeText } from './case-value.ts';
import { ScoreChips } from './score-chips.tsx';

interface Props {
  report: SuiteReport;
  task: string | undefined;
  row: CaseItem;
  words: ReadonlyMap<string, MetricWords>;
}

/** Input, expected and output beside each other, and what is another in the output than in the baseline's. */
export function OpenCase({ report, task, row, words }: Props) {
  return (
    <div className="case-open stack-tight">
      <div className="beside">
        <Payload title="Input" value={row.input} />
        <Payload title="Expected" value={row.expected} />
        {row.status === 'ok' ? (
          <Payload title="Output" value={row.output} />
        ) : (
          <p className="bad-text">{row.message ?? row.status ?? 'This case has not been run yet.'}</p>
        )}
      </div>
      {row.baseline && row.status === 'ok' ? (
        <figure aria-label="Against the baseline">
          <p className="payload-head">
            <strong>Against the baseline’s output</strong>
          </p>
          <WordDiff
            left={{ name: 'the baseline', text: wholeText(row.baseline.output) }}
            right={{ name: 'this one', text: wholeText(row.output) }}
          />
        </figure>
      ) : null}
      <ScoreChips scores={row.scores} baseline={row.baseline?.scores} words={words} />
      <p>
        <Link
          to="/evaluations/$evaluation/cases/$position"
          params={{ evaluation: report.id, position: String(row.position) }}
          search={task === undefined ? {} : { task }}
        >
          The whole case: every task and trial, rationale and evidence
        </Link>
      </p>
    </div>
  );
}
