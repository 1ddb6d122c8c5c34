import type { Steadiness, TaskReport } from '../../../api/evaluation-answers.ts';
import { count, share } from '../../../format/figures.ts';
import { TaskKey } from './task-colours.tsx';

interface Props {
  task: TaskReport;
  colour: string;
}

/** Of each metric how many cases always pass, sometimes, never; and what several tries would give. */
export function SteadinessBars({ task, colour }: Props) {
  return (
    <div className="stack-tight">
      <p>
        <TaskKey colour={colour}>{task.name}</TaskKey>
      </p>
      {task.steadiness.map((steadiness) => (
        <Bar key={steadiness.metric} steadiness={steadiness} />
      ))}
    </div>
  );
}

function Bar({ steadiness: { metric, stablePass, flaky, stableFail, passAtK } }: { steadiness: Steadiness }) {
  const all = Math.max(1, stablePass + flaky + stableFail);
  const parts = [
    { word: 'always pass', cases: stablePass, colour: 'var(--series-good)' },
    { word: 'flaky', cases: flaky, colour: 'var(--series-third)' },
    { word: 'always fail', cases: stableFail, colour: 'var(--series-bad)' },
  ];
  return (
    <div>
      <p className="small">{metric}</p>
      <div
        className="parts-bar"
        role="img"
        aria-label={`${metric}: ${parts.map(({ word, cases }) => `${count(cases)} ${word}`).join(', ')}`}
      >
        {parts.map(({ word, cases, colour }) =>
          cases === 0 ? null : (
            <span key={word} style={{ flexGrow: cases, background: colour }} title={`${word}: ${cases}`} />
          ),
        )}
      </div>
      <p className="quiet small">
        {parts.map(({ word, cases }) => `${count(cases)} ${word} (${share(cases / all)})`).join(' · ')}
      </p>
      {passAtK.length === 0 ? null : (
        <p className="quiet small">
          {passAtK
            .map(({ k, at, hat }) =>
              k === 1
                ? `one try passes: ${share(at)}`
                : `of ${k} tries one passes: ${share(at)}, all pass: ${share(hat)}`,
            )
            .join(' · ')}
        </p>
      )}
    </div>
  );
}
