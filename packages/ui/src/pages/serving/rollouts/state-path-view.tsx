import { Link } from '@tanstack/react-router';
import type { RolloutDetail, RolloutEvent } from '../../../api/serving-answers.ts';
import { Moment } from '../../../components/moment.tsx';
import { StateMark } from '../../../components/state-mark.tsx';
import { ROLLOUT_CONDITIONS, ROLLOUT_WORDS } from './rollout-state.ts';
import { type PathNode, statePath } from './state-path.ts';

/** The states of the plan in their order; each that was entered leads to the evidence for it. */
export function StatePathView({ rollout }: { rollout: RolloutDetail }) {
  return (
    <ol className="state-path" aria-label="States">
      {statePath(rollout).map((node) => (
        <PathStop key={node.key} node={node} rollout={rollout.id} />
      ))}
    </ol>
  );
}

function PathStop({ node, rollout }: { node: PathNode; rollout: string }) {
  const { label, detail, condition, word, entered, exits } = node;
  const first = entered[0];
  return (
    <li data-word={word} aria-current={word === 'here' ? 'step' : undefined}>
      <StateMark condition={condition} label={word} size={18} />
      <span className="state-name">{label}</span>
      {detail === '' ? null : <span className="quiet small">{detail}</span>}
      {first === undefined ? null : (
        <Evidence rollout={rollout} event={first}>
          <Moment at={first.at} precision="short" />
        </Evidence>
      )}
      {exits.map((exit) => (
        <span key={exit.sequence} className="state-exit">
          <StateMark condition={ROLLOUT_CONDITIONS[exit.to]} size={12} />
          <Evidence rollout={rollout} event={exit}>
            {ROLLOUT_WORDS[exit.to]}
          </Evidence>
        </span>
      ))}
    </li>
  );
}

interface EvidenceProps {
  rollout: string;
  event: RolloutEvent;
  children: React.ReactNode;
}

function Evidence({ rollout, event, children }: EvidenceProps) {
  return (
    <Link
      className="small"
      to="/rollouts/$rollout"
      params={{ rollout }}
      hash={eventAnchor(event)}
      replace
      title={event.sentence}
    >
      {children}
      <span className="hidden-text">: evidence for {ROLLOUT_WORDS[event.to]}</span>
    </Link>
  );
}

/** Where a transition is on the page. */
export function eventAnchor({ sequence }: Pick<RolloutEvent, 'sequence'>): string {
  return `transition-${sequence}`;
}
