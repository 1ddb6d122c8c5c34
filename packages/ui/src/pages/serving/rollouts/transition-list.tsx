import type { GuardVerdict, RolloutDetail, RolloutEvent } from '../../../api/serving-answers.ts';
import { CopyButton } from '../../../components/copy-text.tsx';
import { Moment } from '../../../components/moment.tsx';
import { type Condition, StateMark } from '../../../components/state-mark.tsx';
import { share } from '../../../format/figures.ts';
import { asSentence } from '../../../format/sentence.ts';
import { GuardRows } from './guard-rows.tsx';
import { ROLLOUT_CONDITIONS, ROLLOUT_WORDS } from './rollout-state.ts';
import { eventAnchor } from './state-path-view.tsx';

/** What was under way then is behind now. */
const EVENT_CONDITIONS: Record<Condition, Condition> = {
  ...{ good: 'good', warn: 'warn', bad: 'bad' },
  ...{ idle: 'idle', working: 'good' },
};

/** Every transition, the newest first, with what it was decided on. */
export function TransitionList({ events }: { events: RolloutDetail['events'] }) {
  return (
    <ol className="item-list">
      {events
        .toSorted((a, b) => b.sequence - a.sequence)
        .map((event) => (
          <Transition key={event.sequence} event={event} />
        ))}
    </ol>
  );
}

function Transition({ event }: { event: RolloutEvent }) {
  const { at, actor, from, to, reason, sentence, weights, evidence } = event;
  const guards = guardsOf(evidence);
  return (
    <li id={eventAnchor(event)} className="transition">
      <span className="row">
        <StateMark condition={EVENT_CONDITIONS[ROLLOUT_CONDITIONS[to]]} />
        <strong>
          {from === null ? '' : `${ROLLOUT_WORDS[from]} → `}
          {ROLLOUT_WORDS[to]}
        </strong>
        <span className="quiet small">
          <Moment at={at} /> by {actor}
        </span>
      </span>
      <p>{asSentence(sentence)}</p>
      {reason === '' || reason === sentence ? null : <p className="quiet">{asSentence(reason)}</p>}
      <p className="quiet small">
        {Object.entries(weights)
          .map(([arm, part]) => `${arm} ${share(part)}`)
          .join(', ')}
      </p>
      {Object.keys(evidence).length === 0 ? null : (
        <details>
          <summary>
            Evidence<span className="hidden-text"> for {ROLLOUT_WORDS[to]}</span>
          </summary>
          <div className="stack-tight">
            {guards.length === 0 ? null : <GuardRows guards={guards} />}
            <div className="result">
              <pre>{JSON.stringify(evidence, null, 2)}</pre>
            </div>
            <p>
              <CopyButton text={JSON.stringify(event, null, 2)} label="transition with its evidence" />
            </p>
          </div>
        </details>
      )}
    </li>
  );
}

/** Where the evidence is what guards said. */
function guardsOf({ guards }: RolloutEvent['evidence']): GuardVerdict[] {
  return Array.isArray(guards) ? (guards as GuardVerdict[]) : [];
}
