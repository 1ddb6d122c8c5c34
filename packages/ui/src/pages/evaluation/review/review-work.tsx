import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ReviewQueueProgress } from '../../../api/review-answers.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Failure } from '../../../components/failure.tsx';
import { Loading } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { wholeText } from '../cases/case-value.ts';
import { ItemView } from './item-view.tsx';
import { KeyHelp } from './key-help.tsx';
import { QuestionView } from './question-view.tsx';
import { actOf, optionsOf } from './review-keys.ts';
import { ReviewSession, type ReviewView } from './review-session.ts';

interface Props {
  queue: ReviewQueueProgress;
  reviewer: string;
  /** What the queue says of its progress is old. */
  renew: () => void;
}

/** The item, the questions beside it, the guideline below: and a key for everything. */
export function ReviewWork({ queue, reviewer, renew }: Props) {
  const { questions } = queue;
  const [session] = useState(() => new ReviewSession(queue.name, reviewer, questions));
  useEffect(() => session.begin(), [session]);
  const view = useSyncExternalStore(session.subscribe, session.view);
  const { current, isDone, error, said, submitted } = view;
  const [chosen, choose] = useState<string | null>(null);
  const [help, setHelp] = useState(false);
  const open = questions.find(({ name }) => name === chosen) ?? firstOpen(view, queue) ?? questions[0];
  useKeys(session, queue, open.name, choose, () => setHelp(true));
  const id = current?.held.item.id;
  // Another item begins at its first question.
  useEffect(() => {
    if (id !== undefined) choose(null);
  }, [id]);
  useEffect(() => {
    if (submitted > 0) renew();
  }, [submitted, renew]);
  return (
    <div className="stack">
      {error === null ? null : <Failure error={error} />}
      <p className="hidden-text" role="status">
        {said}
      </p>
      {isDone && current === null ? (
        <EmptyState title="Nothing is left for you here.">
          {submitted > 0 ? `You answered ${submitted}. ` : ''}k goes back to what you had; others may still be
          at work.
        </EmptyState>
      ) : null}
      {current === null && !isDone && error === null ? <Loading rows={10} /> : null}
      {current === null ? null : (
        <div className="review-columns">
          <Section title="Item" says={STATES[current.state]}>
            <ItemView item={current.held.item} />
          </Section>
          <div className="review-side stack">
            <Section title="Your answer" actions={<HelpButton open={() => setHelp(true)} />}>
              <Form queue={queue} session={session} view={view} open={open.name} choose={choose} />
            </Section>
            {queue.guideline === '' ? null : (
              <Section title={`Guideline, version ${queue.guidelineVersion}`}>
                <div className="guideline small">{queue.guideline}</div>
              </Section>
            )}
          </div>
        </div>
      )}
      {help ? <KeyHelp close={() => setHelp(false)} /> : null}
    </div>
  );
}

interface FormProps {
  queue: ReviewQueueProgress;
  session: ReviewSession;
  view: ReviewView;
  /** The question that keys answer. */
  open: string;
  choose: (question: string) => void;
}

function Form({ queue, session, view: { current, busy, said }, open, choose }: FormProps) {
  if (current === null) return null;
  const { id, output } = current.held.item;
  return (
    <div className="stack-tight">
      {queue.questions.map((question) => (
        <QuestionView
          key={`${id} ${question.name}`}
          question={question}
          answers={current.answers}
          isCurrent={question.name === open}
          text={wholeText(output)}
          answer={(value) => session.answer(question.name, value)}
          focus={() => choose(question.name)}
        />
      ))}
      <Acts session={session} busy={busy} />
      <p className="quiet small">
        {said === '' ? 'Keys: 1–9 answer, Enter submits, s skips, u undoes, ? tells all.' : said}
      </p>
    </div>
  );
}

const STATES = {
  open: undefined,
  submitted: 'Submitted; Enter submits it again.',
  skipped: 'Skipped; it comes again.',
  discarded: 'Kept as not to be judged; answers take that back.',
} as const;

function HelpButton({ open }: { open: () => void }) {
  return (
    <button type="button" className="text-button" onClick={open}>
      keys <kbd>?</kbd>
    </button>
  );
}

function Acts({ session, busy }: { session: ReviewSession; busy: boolean }) {
  const acts = [
    { words: 'Submit', key: 'Enter', run: () => session.submit() },
    { words: 'Skip', key: 's', run: () => session.skip() },
    { words: 'Cannot be judged', key: 'x', run: () => session.discard() },
    { words: 'Undo', key: 'u', run: () => session.undo() },
    { words: 'Previous', key: 'k', run: () => session.previous() },
    { words: 'Next', key: 'j', run: () => session.next() },
  ];
  return (
    <div className="row option-row">
      {acts.map(({ words, key, run }) => (
        <button key={words} type="button" className="plain-button" disabled={busy} onClick={() => void run()}>
          {words} <kbd>{key}</kbd>
        </button>
      ))}
    </div>
  );
}

/** The first question that has no answer yet and can be answered by a key. */
function firstOpen({ current }: ReviewView, { questions }: ReviewQueueProgress) {
  return questions.find(
    (question) => current?.answers[question.name] === undefined && optionsOf(question).length > 0,
  );
}

/** Keys act wherever nothing is being typed; in a field only Escape does: it leaves it. */
function useKeys(
  session: ReviewSession,
  queue: ReviewQueueProgress,
  current: string,
  choose: (question: string | null) => void,
  help: () => void,
): void {
  const pressed = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (document.querySelector('dialog[open]') !== null) return;
    if (target.matches('input, textarea, select')) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    const question = queue.questions.find(({ name }) => name === current);
    const act = actOf(event, question);
    // Enter presses the button that has the focus, unless that is the answer which was just given.
    const pressable = 'button:not(.option-button[aria-pressed="true"]), a, summary';
    if (act === null || (act.kind === 'submit' && target.matches(pressable))) return;
    event.preventDefault();
    if (act.kind === 'choose' && question !== undefined) {
      session.answer(act.question, optionsOf(question)[act.option].value);
      choose(null);
    } else if (act.kind === 'help') help();
    else if (act.kind !== 'choose') void session[act.kind]();
  };
  const latest = useRef(pressed);
  useEffect(() => {
    latest.current = pressed;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}
