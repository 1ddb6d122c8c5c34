import { Link } from '@tanstack/react-router';
import type { SuiteReport, TaskReport } from '../../../api/evaluation-answers.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { costText, count, duration } from '../../../format/figures.ts';
import { TaskKey, taskColour } from './task-colours.tsx';

const COLUMNS: readonly Column<TaskReport>[] = [
  {
    id: 'ok',
    header: 'Answered',
    number: true,
    value: ({ results }) => results.ok,
    show: ({ results }) => count(results.ok),
  },
  {
    id: 'errors',
    header: 'Errors',
    number: true,
    value: ({ results }) => results.error + results.timeout,
    show: ({ results: { error, timeout } }) => (
      <span className={error + timeout > 0 ? 'bad-text' : undefined}>
        {count(error + timeout)}
        {timeout > 0 ? ` (${count(timeout)} timed out)` : ''}
      </span>
    ),
  },
  {
    id: 'cached',
    header: 'From the cache',
    number: true,
    value: ({ results }) => results.cached,
    show: ({ results }) => count(results.cached),
  },
  {
    id: 'p50',
    header: 'Latency, half within',
    number: true,
    value: ({ latencyMs }) => latencyMs.p50,
    show: ({ latencyMs }) => duration(latencyMs.p50),
  },
  {
    id: 'p95',
    header: '95 % within',
    number: true,
    value: ({ latencyMs }) => latencyMs.p95,
    show: ({ latencyMs }) => duration(latencyMs.p95),
  },
  {
    id: 'tokens',
    header: 'Tokens in → out',
    number: true,
    value: ({ tokens }) => tokens.input + tokens.output,
    show: ({ tokens }) =>
      tokens.input + tokens.output === 0 ? '—' : `${count(tokens.input)} → ${count(tokens.output)}`,
  },
  { id: 'cost', header: 'Cost', number: true, value: ({ cost }) => cost, show: ({ cost }) => costText(cost) },
  {
    id: 'run',
    header: 'Run',
    show: ({ run }) => (
      <Link className="unbroken" to="/tracking/runs/$run" params={{ run }}>
        run {run.slice(0, 8)}
      </Link>
    ),
  },
];

/** What each task took: errors, latency, tokens, cost; what came from the cache counts in none of them. */
export function TaskTable({ report }: { report: SuiteReport }) {
  const name: Column<TaskReport> = {
    id: 'task',
    header: 'Task',
    heads: true,
    value: (task) => task.name,
    show: (task) => <TaskKey colour={taskColour(report, task.name)}>{task.name}</TaskKey>,
  };
  const failed = report.tasks.flatMap((task) =>
    task.errors.map((error) => ({
      ...error,
      task: task.name,
      key: `${task.name} ${error.code} ${error.message}`,
    })),
  );
  return (
    <div className="stack-tight">
      <DataTable
        label="Tasks"
        rows={report.tasks}
        columns={[name, ...COLUMNS]}
        rowKey={(task) => task.name}
      />
      {failed.length === 0 ? null : (
        <ul className="plain-list small">
          {failed.map(({ key, task, code, message, results }) => (
            <li key={key}>
              {task}: {count(results)} × <code>{code}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
