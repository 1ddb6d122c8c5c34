import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SuiteReport } from '../../../api/evaluation-answers.ts';
import { suiteEvaluation } from '../../../api/evaluation-queries.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Section } from '../../../components/section.tsx';
import { count, plural } from '../../../format/figures.ts';
import { inUnit, wordsOfMetrics } from '../metric-words.ts';
import { GateList } from './gate-list.tsx';
import { MetricGrid } from './metric-grid.tsx';
import { fewSlices, overallRows, sidesOf, sliceRows } from './metric-rows.ts';
import { SteadinessBars } from './steadiness-bars.tsx';
import type { PanelProps } from './suite-evaluation-page.tsx';
import { BASELINE_COLOUR, taskColour } from './task-colours.tsx';
import { TaskTable } from './task-table.tsx';

/** Gates, then every metric and slice with intervals, then how steady, how fast and how dear it was. */
export function VerdictPanel({ report, search, change }: PanelProps) {
  const other = report.tasks.find(({ comparedWith }) => comparedWith !== null)?.comparedWith?.evaluation;
  const baseline = useQuery({
    ...suiteEvaluation(other ?? report.id),
    enabled: other !== undefined && other !== report.id,
  });
  const sides = sidesOf(report, baseline.data, (task) => taskColour(report, task), BASELINE_COLOUR);
  const rows = overallRows(report, sides);
  const steady = report.tasks.filter(({ steadiness }) => steadiness.length > 0);
  if (report.tasks.length === 0)
    return <EmptyState title="Nothing has been measured yet.">The first cases are under way.</EmptyState>;
  return (
    <div className="stack">
      <Section title="Gates" says="A gate passes only where the whole interval clears what was demanded.">
        <GateList report={report} />
      </Section>
      <Section title="Metrics" says={<ComparedWith report={report} baseline={baseline.data} />}>
        <MetricGrid
          title="Every metric"
          says={`${Math.round(report.confidence * 1000) / 10} % intervals`}
          file={`${report.suite}-${report.number}-metrics`}
          rows={rows}
        />
      </Section>
      <Slices report={report} sides={sides} metric={search.metric} change={change} />
      {report.regressions.length === 0 ? null : <Regressions report={report} />}
      {steady.length === 0 ? null : (
        <Section title="Steadiness" says={`How often ${report.trials} trials of a case agree.`}>
          <div className="columns">
            {steady.map((task) => (
              <SteadinessBars key={task.name} task={task} colour={taskColour(report, task.name)} />
            ))}
          </div>
        </Section>
      )}
      <Section title="What it took" says="Latency, tokens and cost of what was called, without the cache.">
        <TaskTable report={report} />
      </Section>
    </div>
  );
}

function ComparedWith({ report, baseline }: { report: SuiteReport; baseline: SuiteReport | undefined }) {
  const compared = report.tasks.find(({ comparedWith }) => comparedWith !== null)?.comparedWith;
  if (!compared) return 'There is no baseline to compare with yet.';
  if (compared.evaluation === report.id) return `Compared with ${compared.task}, the first task.`;
  return (
    <>
      Compared with the baseline {compared.name}:{' '}
      <Link to="/evaluations/$evaluation" params={{ evaluation: compared.evaluation }}>
        {baseline === undefined ? 'its evaluation' : `#${baseline.number}`}, {compared.task}
      </Link>
      . Right of the zero line is better, whichever way the metric runs.
    </>
  );
}

interface SlicesProps extends Pick<PanelProps, 'report' | 'change'> {
  sides: ReturnType<typeof sidesOf>;
  metric: string | undefined;
}

function Slices({ report, sides, metric, change }: SlicesProps) {
  const words = wordsOfMetrics(report);
  const measured = new Set(
    report.tasks.flatMap(({ slices }) => slices.flatMap(({ metrics }) => metrics.map(({ name }) => name))),
  );
  const names = [...words.keys()].filter((name) => measured.has(name));
  const few = fewSlices(report);
  if (names.length === 0) {
    if (few.length === 0) return null;
    return (
      <Section title="Slices">
        <p className="quiet">Too few cases to say anything of {few.join(', ')}.</p>
      </Section>
    );
  }
  const gated = report.verdicts.map((verdict) => verdict.metric).find((name) => names.includes(name));
  const chosen = metric !== undefined && names.includes(metric) ? metric : (gated ?? names[0]);
  return (
    <Section
      title="Slices"
      says="The worst first."
      actions={
        <LabelledSelect
          label="Metric"
          value={chosen}
          options={names.map((name) => ({ value: name, text: words.get(name)?.label ?? name }))}
          choose={(name) => change({ metric: name })}
        />
      }
    >
      <div className="stack-tight">
        <MetricGrid
          title={words.get(chosen)?.label ?? chosen}
          file={`${report.suite}-${report.number}-slices`}
          rows={sliceRows(report, sides, chosen)}
        />
        {few.length === 0 ? null : (
          <p className="quiet small">Too few cases to say anything of {few.join(', ')}.</p>
        )}
      </div>
    </Section>
  );
}

/** So many are named here; the cases have them all. */
const NAMED = 8;

function Regressions({ report }: { report: SuiteReport }) {
  const words = wordsOfMetrics(report);
  const { regressions } = report;
  return (
    <Section
      title="Regressions"
      says={`${plural(regressions.length, 'score')} of cases that the baseline had right and this has not.`}
      actions={
        <Link
          to="/evaluations/$evaluation"
          params={{ evaluation: report.id }}
          search={{ tab: 'cases', show: 'regressed' }}
        >
          see them with their differences
        </Link>
      }
    >
      <ul className="plain-list">
        {regressions.slice(0, NAMED).map((one) => (
          <li key={`${one.task} ${one.case} ${one.metric}`}>
            <Link
              to="/evaluations/$evaluation"
              params={{ evaluation: report.id }}
              search={{ tab: 'cases', show: 'regressed', task: one.task, text: one.case }}
            >
              {one.case}
            </Link>{' '}
            <span className="quiet">
              {report.tasks.length > 1 ? `${one.task}, ` : ''}
              {words.get(one.metric)?.label ?? one.metric} {inUnit(one.baseline, words.get(one.metric)?.unit)}{' '}
              → {inUnit(one.candidate, words.get(one.metric)?.unit)}
            </span>
          </li>
        ))}
      </ul>
      {regressions.length > NAMED ? (
        <p className="quiet">and {count(regressions.length - NAMED)} more</p>
      ) : null}
    </Section>
  );
}
