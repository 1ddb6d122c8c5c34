import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { nextPage, rowsOf } from '../../../api/list-pages.ts';
import type { Answers, QueueItem, ReviewQueueProgress } from '../../../api/review-answers.ts';
import { adjudicate, agreement, itemAnnotations, queueItems } from '../../../api/review-queries.ts';
import { Failure } from '../../../components/failure.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { count } from '../../../format/figures.ts';
import { oneLine, wholeText } from '../cases/case-value.ts';
import { ItemView } from './item-view.tsx';
import { QuestionView } from './question-view.tsx';

/** Items that people answered differently, each with what everyone said, to be settled by somebody's word. */
export function Disagreements({ queue }: { queue: ReviewQueueProgress }) {
  const query = useInfiniteQuery(queueItems(queue.name, undefined));
  const { item: open } = useSearch({ from: '/review/$queue/agreement' });
  const navigate = useNavigate({ from: '/review/$queue/agreement' });
  const rows = (query.data ? rowsOf(query.data) : []).filter(({ disputed }) => disputed.length > 0);
  return (
    <QueryView query={query} rows={4}>
      {() => (
        <Section
          title="Disagreements"
          says="Answered by everyone asked, and not alike. Somebody’s word settles each."
        >
          {rows.length === 0 ? (
            <p className="quiet">
              {query.hasNextPage
                ? 'None among those fetched so far.'
                : 'None: whatever is answered is answered alike.'}
            </p>
          ) : (
            <ul className="item-list">
              {rows.map((item) => (
                <li key={item.id}>
                  <Disputed
                    queue={queue}
                    item={item}
                    isOpen={open === item.id}
                    toggle={() =>
                      void navigate({
                        search: open === item.id ? {} : { item: item.id },
                        replace: true,
                        resetScroll: false,
                      })
                    }
                  />
                </li>
              ))}
            </ul>
          )}
          <MoreButton more={nextPage(query)}>Look through more items</MoreButton>
        </Section>
      )}
    </QueryView>
  );
}

interface DisputedProps {
  queue: ReviewQueueProgress;
  item: QueueItem;
  isOpen: boolean;
  toggle: () => void;
}

function Disputed({ queue, item, isOpen, toggle }: DisputedProps) {
  return (
    <>
      <span className="row">
        <ConditionBadge condition={item.state === 'adjudicated' ? 'good' : 'warn'}>
          {item.state === 'adjudicated' ? 'settled' : 'disputed'}
        </ConditionBadge>
        <span>
          {item.disputed.join(', ')} <span className="quiet small">{oneLine(item.input)}</span>
        </span>
        <button type="button" className="text-button" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? 'close' : 'look'}
          <span className="hidden-text"> at item {count(item.position + 1)}</span>
        </button>
      </span>
      {isOpen ? <Opened queue={queue} item={item} /> : null}
    </>
  );
}

function Opened({ queue, item }: { queue: ReviewQueueProgress; item: QueueItem }) {
  const query = useQuery(itemAnnotations(queue.name, item.id));
  return (
    <div className="review-columns">
      <ItemView item={item} />
      <QueryView query={query} rows={4}>
        {({ annotations, adjudication }) => (
          <div className="stack-tight">
            {annotations
              .filter(({ state }) => state === 'submitted')
              .map(({ reviewer, answers }) => (
                <Said key={reviewer} who={reviewer} answers={answers} />
              ))}
            {adjudication === null ? (
              <Settle queue={queue} item={item} />
            ) : (
              <Said
                who={`settled by ${adjudication.actor}: ${adjudication.reason}`}
                answers={adjudication.answers}
              />
            )}
          </div>
        )}
      </QueryView>
    </div>
  );
}

function Said({ who, answers }: { who: string; answers: Answers }) {
  return (
    <div className="message">
      <span className="message-role">{who}</span>
      <dl className="facts">
        {Object.entries(answers).map(([question, answer]) => (
          <div key={question} className="fact">
            <dt>{question}</dt>
            <dd>{typeof answer === 'object' ? wholeText(answer) : answer}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Settle({ queue, item }: { queue: ReviewQueueProgress; item: QueueItem }) {
  const client = useQueryClient();
  const [answers, setAnswers] = useState<Answers>({});
  const [reason, setReason] = useState('');
  const [state, setState] = useState<{ busy: boolean; error: Error | null }>({ busy: false, error: null });
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setState({ busy: true, error: null });
    try {
      await adjudicate(queue.name, item.id, { answers, reason: reason.trim() });
      const changed = [
        itemAnnotations(queue.name, item.id),
        queueItems(queue.name, undefined),
        agreement(queue.name),
      ];
      await Promise.all(changed.map(({ queryKey }) => client.invalidateQueries({ queryKey })));
    } catch (error) {
      setState({ busy: false, error: error as Error });
    }
  };
  return (
    <form className="stack-tight" onSubmit={submit}>
      {queue.questions.map((question) => (
        <QuestionView
          key={question.name}
          question={question}
          answers={answers}
          isCurrent={false}
          text={wholeText(item.output ?? '')}
          answer={(value) => setAnswers({ ...answers, [question.name]: value })}
          focus={() => undefined}
        />
      ))}
      <label className="stack-tight">
        <span>Reason</span>
        <textarea
          className="plain-area"
          rows={2}
          required
          maxLength={10_000}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </label>
      {state.error === null ? null : <Failure error={state.error} />}
      <p>
        <button type="submit" className="plain-button" disabled={state.busy || reason.trim() === ''}>
          Settle it
        </button>
      </p>
    </form>
  );
}
