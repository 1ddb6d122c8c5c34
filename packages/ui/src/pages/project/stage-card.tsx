import { Link } from '@tanstack/react-router';
import type { StageFact } from '../../api/answers.ts';
import { addressOf, CONDITIONS, STAGES, STATE_WORDS } from '../../app/stages.ts';
import { CopyText } from '../../components/copy-text.tsx';
import { Moment } from '../../components/moment.tsx';
import { StateMark } from '../../components/state-mark.tsx';

/** A stage: its one fact and how it is. */
export function StageCard({ fact, number, now }: { fact: StageFact; number: number; now: number }) {
  const title = STAGES.find(({ stage }) => stage === fact.stage)?.title ?? fact.stage;
  return (
    <li className="stage-card" data-condition={CONDITIONS[fact.state]}>
      <h2>
        <StateMark condition={CONDITIONS[fact.state]} />
        <Link to={`/${fact.stage}`}>
          <span className="quiet">{number}</span> {title}
        </Link>
        <span className="stage-state">{STATE_WORDS[fact.state]}</span>
      </h2>
      <p>{fact.fact}</p>
      <p className="quiet small">
        {fact.command === null ? null : <CopyText text={fact.command} label="command" />}
        {fact.at === null ? null : <Moment at={fact.at} now={now} />}
        {fact.to === null ? null : (
          <>
            {' '}
            <Link to={addressOf(fact.to)}>
              evidence<span className="hidden-text"> of {title}</span>
            </Link>
          </>
        )}
      </p>
    </li>
  );
}
