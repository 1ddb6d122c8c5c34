import { Link } from '@tanstack/react-router';
import type {
  ErrorAnalysis,
  FailureCluster,
  SuiteReport,
  TaskReport,
} from '../../../api/evaluation-answers.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Section } from '../../../components/section.tsx';
import { count, plural } from '../../../format/figures.ts';
import { wordsOfMetrics } from '../metric-words.ts';
import { Confusion } from './confusion.tsx';
import { DiscoveredSlices } from './discovered-slices.tsx';
import type { PanelProps } from './suite-evaluation-page.tsx';

/** What goes wrong: typed errors against the baseline's, failures that read alike, groups in which more fail. */
export function ErrorsPanel({ report, search, change }: PanelProps) {
  const task = report.tasks.find(({ name }) => name === search.task) ?? report.tasks[0];
  if (task === undefined) return <EmptyState title="Nothing has been measured yet." />;
  return (
    <div className="stack">
      {report.tasks.length > 1 ? (
        <LabelledSelect
          label="Task"
          value={task.name}
          options={report.tasks.map(({ name }) => ({ value: name, text: name }))}
          choose={(name) => change({ task: name })}
        />
      ) : null}
      {task.errorAnalysis === undefined ? (
        <EmptyState title={`There are no failures of ${task.name} to tell apart.`}>
          {report.state === 'running'
            ? 'That is done when the evaluation has ended.'
            : 'No case failed in a metric that is either right or wrong.'}
        </EmptyState>
      ) : (
        <Analysis report={report} task={task} analysis={task.errorAnalysis} />
      )}
    </div>
  );
}

interface AnalysisProps {
  report: SuiteReport;
  task: TaskReport;
  analysis: ErrorAnalysis;
}

function Analysis({ report, task, analysis }: AnalysisProps) {
  const metric = wordsOfMetrics(report).get(analysis.metric)?.label ?? analysis.metric;
  return (
    <>
      <p>
        {plural(analysis.failures, 'case')} of {task.name} failed in {metric}.{' '}
        <Link
          to="/evaluations/$evaluation"
          params={{ evaluation: report.id }}
          search={{ tab: 'cases', show: 'failed', task: task.name, metric: analysis.metric }}
        >
          See them
        </Link>
      </p>
      <div className="columns">
        <Section title="Typed errors" says="Cases by what was wrong, before and now.">
          <Confusion report={report} task={task.name} analysis={analysis} />
        </Section>
        <Section title="Failures that read alike" says="The words that tell each group from the others.">
          {analysis.clusters.length === 0 ? (
            <p className="quiet">Too few failures to group.</p>
          ) : (
            <ol className="item-list">
              {analysis.clusters.map((cluster) => (
                <Cluster
                  key={cluster.exemplars.join(' ')}
                  cluster={cluster}
                  report={report}
                  task={task.name}
                />
              ))}
            </ol>
          )}
        </Section>
      </div>
      <DiscoveredSlices report={report} task={task.name} slices={analysis.slices} />
    </>
  );
}

function Cluster({ cluster, report, task }: { cluster: FailureCluster; report: SuiteReport; task: string }) {
  return (
    <li>
      <span className="row">
        <strong>{plural(cluster.cases, 'case')}</strong>
        {cluster.terms.map((term) => (
          <span key={term} className="tag">
            {term}
          </span>
        ))}
      </span>
      <span className="quiet small">
        such as{' '}
        {cluster.exemplars.map((id, index) => (
          <span key={id}>
            {index === 0 ? '' : ', '}
            <Link
              to="/evaluations/$evaluation"
              params={{ evaluation: report.id }}
              search={{ tab: 'cases', task, text: id }}
            >
              {id}
            </Link>
          </span>
        ))}
        {cluster.cases > cluster.exemplars.length
          ? ` and ${count(cluster.cases - cluster.exemplars.length)} more`
          : ''}
      </span>
    </li>
  );
}
