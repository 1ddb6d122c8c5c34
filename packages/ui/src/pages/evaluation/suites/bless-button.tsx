import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EvaluationItem, SuiteReport } from '../../../api/evaluation-answers.ts';
import { suiteEvaluation } from '../../../api/evaluation-queries.ts';
import { apiPath, post } from '../../../api/request.ts';
import { ActButton } from '../../../components/act-button.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Loading } from '../../../components/query-view.tsx';
import { VerdictBadge } from '../../../components/verdict-badge.tsx';
import { sentenceOf } from '../metric-words.ts';

interface Props {
  suite: string;
  rows: readonly EvaluationItem[];
}

/** Moves the baseline to an evaluation: asks once, shows what it found, wants a reason. */
export function BlessButton({ suite, rows }: Props) {
  const client = useQueryClient();
  const ended = rows.filter(({ state }) => state === 'finished');
  const [chosen, setChosen] = useState<string | null>(null);
  const [task, setTask] = useState<string | null>(null);
  const [anyway, setAnyway] = useState(false);
  const id = chosen ?? ended[0]?.id;
  const report = useQuery({ ...suiteEvaluation(id ?? ''), enabled: id !== undefined }).data;
  if (id === undefined) return null;
  const of = report?.tasks.find(({ name }) => name === task)?.name ?? report?.tasks[0]?.name;
  const perform = async (reason: string) => {
    const body = { name: 'main', evaluation: id, reason, ...(of === undefined ? {} : { task: of }) };
    await post(apiPath(`/suites/${encodeURIComponent(suite)}/baselines`), {
      ...body,
      ...(anyway ? { anyway } : {}),
    });
    await client.invalidateQueries({ queryKey: [`/suites/${encodeURIComponent(suite)}/baselines`] });
  };
  return (
    <ActButton label="Bless an evaluation" title="Move the baseline main" act="Bless" perform={perform}>
      <div className="stack-tight">
        <LabelledSelect
          label="Evaluation"
          value={id}
          options={ended.map((one) => ({
            value: one.id,
            text: `#${one.number}, ${one.outcome ?? 'no gates'}`,
          }))}
          choose={setChosen}
        />
        {report === undefined ? (
          <Loading rows={2} />
        ) : (
          <Evidence report={report} task={of} setTask={setTask} anyway={anyway} setAnyway={setAnyway} />
        )}
        <p className="quiet small">The next evaluations are compared with it case by case.</p>
      </div>
    </ActButton>
  );
}

interface EvidenceProps {
  report: SuiteReport;
  task: string | undefined;
  setTask: (task: string) => void;
  anyway: boolean;
  setAnyway: (anyway: boolean) => void;
}

function Evidence({ report, task, setTask, anyway, setAnyway }: EvidenceProps) {
  const isSound = report.outcome === 'pass' || report.outcome === null;
  return (
    <>
      <p className="row">
        {report.outcome === null ? null : <VerdictBadge outcome={report.outcome} />}
        <span>{sentenceOf(report)}</span>
      </p>
      {report.tasks.length > 1 && task !== undefined ? (
        <LabelledSelect
          label="Task"
          value={task}
          options={report.tasks.map(({ name }) => ({ value: name, text: name }))}
          choose={setTask}
        />
      ) : null}
      {isSound ? null : (
        <label className="check">
          <input
            type="checkbox"
            checked={anyway}
            onChange={({ currentTarget }) => setAnyway(currentTarget.checked)}
          />{' '}
          although it did not pass
        </label>
      )}
    </>
  );
}
