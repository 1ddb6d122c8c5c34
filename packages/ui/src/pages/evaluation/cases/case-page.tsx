import '../../../styles/evaluation.css';
import '../../../styles/tracking.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { CaseDetails, CaseTrial, SuiteReport } from '../../../api/evaluation-answers.ts';
import { evaluatedCase, suiteEvaluation } from '../../../api/evaluation-queries.ts';
import { PageFrame } from '../../../components/page-frame.tsx';
import { PairList } from '../../../components/pair-list.tsx';
import { Payload } from '../../../components/payload.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { plural } from '../../../format/figures.ts';
import { wordsOfMetrics } from '../metric-words.ts';
import { CaseResult } from './case-result.tsx';
import { wholeText } from './case-value.ts';
import { conditionOf } from './score-chips.tsx';

/** One case whole: what was asked, what every task answered in every trial, and what each scorer says and why. */
export function CasePage() {
  const { evaluation, position } = useParams({ from: '/evaluations/$evaluation/cases/$position' });
  const search = useSearch({ from: '/evaluations/$evaluation/cases/$position' });
  const report = useQuery(suiteEvaluation(evaluation));
  const query = useQuery(evaluatedCase(evaluation, Number(position)));
  const found = query.data;
  const suite = report.data;
  return (
    <PageFrame
      title={found === undefined ? `Case ${position}` : `Case ${found.id}`}
      trail={[
        { label: 'Evaluation', to: '/evaluation' },
        ...(suite === undefined
          ? []
          : [
              { label: suite.suite, to: `/suites/${encodeURIComponent(suite.suite)}` },
              { label: `#${suite.number}`, to: `/evaluations/${encodeURIComponent(evaluation)}?tab=cases` },
            ]),
      ]}
      actions={
        <Neighbours evaluation={evaluation} position={Number(position)} cases={suite?.dataset.cases} />
      }
      answer={found === undefined || suite === undefined ? null : <Answer found={found} report={suite} />}
    >
      <QueryView query={query} rows={12}>
        {(data) => <WholeCase found={data} report={suite} task={search.task} />}
      </QueryView>
    </PageFrame>
  );
}

interface NeighbourProps {
  evaluation: string;
  position: number;
  cases: number | undefined;
}

function Neighbours({ evaluation, position, cases }: NeighbourProps) {
  const to = (next: number, words: string) => (
    <Link
      to="/evaluations/$evaluation/cases/$position"
      params={{ evaluation, position: String(next) }}
      search={(previous) => previous}
    >
      {words}
    </Link>
  );
  return (
    <nav className="row" aria-label="Neighbouring cases">
      {position > 0 ? to(position - 1, '← previous') : null}
      {cases !== undefined && position + 1 < cases ? to(position + 1, 'next →') : null}
    </nav>
  );
}

function Answer({ found, report }: { found: CaseDetails; report: SuiteReport }) {
  const words = wordsOfMetrics(report);
  const wrong = found.results.flatMap(({ task, scores }) =>
    Object.entries(scores)
      .filter(([metric, score]) => conditionOf(score, words.get(metric)) === 'bad')
      .map(
        ([metric, { code }]) => `${task}: ${words.get(metric)?.label ?? metric}${code ? ` (${code})` : ''}`,
      ),
  );
  const failed = found.results.filter(({ status }) => status !== 'ok').length;
  const distinct = [...new Set(wrong)];
  const said = [
    distinct.length === 0 ? 'No scorer calls an answer wrong' : `Wrong in ${distinct.join('; ')}`,
    failed === 0 ? null : `${plural(failed, 'answer')} failed to come`,
  ].filter((part) => part !== null);
  return (
    <p>
      {said.join('. ')}.{found.cluster === null ? '' : ` Of cluster ${found.cluster}.`}
      {found.parent === null ? '' : ` Made from case ${found.parent}.`}
    </p>
  );
}

interface WholeProps {
  found: CaseDetails;
  report: SuiteReport | undefined;
  task: string | undefined;
}

function WholeCase({ found, report, task }: WholeProps) {
  const results = [...found.results].sort((a, b) => order(a, task) - order(b, task));
  const metadata = Object.entries(found.metadata).map(([key, value]): [string, string] => [
    key,
    wholeText(value),
  ]);
  return (
    <div className="stack">
      <Section title="Asked">
        <div className="beside">
          <Payload title="Input" value={found.input} />
          <Payload title="Expected" value={found.expected} />
        </div>
      </Section>
      {results.map((result) => (
        <CaseResult
          key={`${result.task} ${result.trial}`}
          result={result}
          report={report}
          severalTrials={found.results.some(({ trial }) => trial > 0)}
          before={beforeOf(found, result)}
        />
      ))}
      {metadata.length === 0 ? null : (
        <Section title="Metadata">
          <PairList label="metadata" pairs={Object.fromEntries(metadata)} empty="None." />
        </Section>
      )}
    </div>
  );
}

/** The task that was asked for comes first. */
function order({ task, trial }: CaseTrial, first: string | undefined): number {
  return (task === first ? 0 : 1_000) + trial;
}

/** The baseline's answer in the same trial, else its first; where there is no baseline, the first task's. */
function beforeOf(found: CaseDetails, { task, trial }: CaseTrial): CaseTrial | undefined {
  const first = found.results[0]?.task;
  const others = task === first ? [] : found.results.filter((one) => one.task === first);
  const before = found.baseline?.results ?? others;
  return before.find((one) => one.trial === trial) ?? before[0];
}
