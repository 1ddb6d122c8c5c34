import { Link, useLocation } from '@tanstack/react-router';
import type { OverviewAnswer } from '../api/answers.ts';
import { StateMark } from '../components/state-mark.tsx';
import { CONDITIONS, STAGES, STATE_WORDS, stageAt } from './stages.ts';

interface Props {
  project: string | undefined;
  stages: OverviewAnswer['stages'] | undefined;
  alerts: OverviewAnswer['alerts'] | undefined;
  open: boolean;
}

/** The project, then its eight stages with a mark for how each is. */
export function Rail({ project, stages, alerts, open }: Props) {
  const here = stageAt(useLocation().pathname);
  const loud = alerts === undefined ? 0 : alerts.page + alerts.ticket;
  return (
    <nav id="rail" className="rail" data-open={open} aria-label="Stages">
      <div className="rail-inner">
        <Link to="/" className="rail-item" activeOptions={{ exact: true }}>
          <span className="rail-word">{project ?? 'Project'}</span>
        </Link>
        <ol>
          {STAGES.map(({ stage, title }) => {
            const state = stages?.find((fact) => fact.stage === stage)?.state;
            return (
              <li key={stage}>
                <Link
                  to={`/${stage}`}
                  className="rail-item"
                  data-status={stage === here ? 'active' : undefined}
                >
                  <StateMark
                    condition={state === undefined ? 'idle' : CONDITIONS[state]}
                    label={state === undefined ? 'not known yet' : STATE_WORDS[state]}
                  />
                  <span className="rail-word">{title}</span>
                  {stage === 'monitoring' && loud > 0 ? (
                    <span className="rail-count">
                      {loud}
                      <span className="hidden-text"> open alerts</span>
                    </span>
                  ) : null}
                </Link>
              </li>
            );
          })}
        </ol>
      </div>
    </nav>
  );
}
