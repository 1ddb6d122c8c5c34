import { Link } from '@tanstack/react-router';
import type { ChatMessage } from '../../../api/chat-answers.ts';
import { Failure } from '../../../components/failure.tsx';
import { count, duration } from '../../../format/figures.ts';
import { ToolResults } from './tool-results.tsx';
import type { Chat, ReplyFacts, Turn } from './use-chat.ts';

interface Props {
  /** A model, or an arm of it as `model#arm`. */
  name: string;
  isAlone: boolean;
  chat: Chat;
  answerTools: (results: ChatMessage[]) => void;
}

/** One conversation, from its first message down. */
export function ChatColumn({ name, isAlone, chat, answerTools }: Props) {
  const { turns, isBusy } = chat;
  const calls = turns.at(-1)?.message.tool_calls ?? [];
  return (
    <div className="stack-tight">
      {isAlone ? null : <h3>{name.replace('#', ', arm ')}</h3>}
      {turns.length === 0 ? <p className="quiet">Nothing was said yet.</p> : null}
      <ol className="stack-tight" aria-live="polite" aria-busy={isBusy}>
        {turns.map((turn) => (
          <TurnView key={turn.id} turn={turn} />
        ))}
      </ol>
      {isBusy || calls.length === 0 ? null : (
        <ToolResults key={turns.length} calls={calls} send={answerTools} />
      )}
    </div>
  );
}

function TurnView({ turn: { message, reply, facts, error } }: { turn: Turn }) {
  const { role, content, tool_calls: calls = [] } = message;
  const isWaiting = reply !== null && facts?.firstMs === null && error === null && reply.finish === null;
  return (
    <li className="message" data-role={role}>
      <span className="message-role">{role}</span>
      {isWaiting ? <p className="quiet small">asked …</p> : null}
      {content === null || content === '' ? null : <pre className="payload chat-text">{content}</pre>}
      {calls.map((call) => (
        <div key={call.id} className="tool-part">
          <span className="quiet small">
            calls <code>{call.function.name}</code>
          </span>
          <pre className="payload">{call.function.arguments}</pre>
        </div>
      ))}
      {error === null ? null : <Failure error={error} />}
      {reply === null ? null : <ReplyLine reply={reply} facts={facts} />}
    </li>
  );
}

/** How long it took, how many tokens, who answered, and where it is written down. */
function ReplyLine({ reply, facts }: Pick<Turn, 'facts'> & { reply: NonNullable<Turn['reply']> }) {
  if (facts === null || (facts.totalMs === null && reply.finish === null)) return null;
  const { firstMs, totalMs, trace } = facts;
  const words = [
    ...(firstMs === null ? [] : [`first piece after ${duration(firstMs)}`]),
    ...(totalMs === null ? [] : [`all after ${duration(totalMs)}`]),
    ...(reply.usage === null
      ? []
      : [`${count(reply.usage.prompt_tokens)} tokens in, ${count(reply.usage.completion_tokens)} out`]),
    ...answeredWords(reply.model, facts),
    ...(reply.finish === null || reply.finish === 'stop' ? [] : [endInWords(reply.finish)]),
  ];
  return (
    <p className="quiet small">
      {words.join(' · ')}{' '}
      <Link to="/tracking/traces/$trace" params={{ trace }}>
        trace
      </Link>
    </p>
  );
}

function answeredWords(model: string | null, { servedBy, arm, version }: ReplyFacts): string[] {
  const answered = servedBy.at(-1) ?? model;
  const before = servedBy.length - 1;
  return [
    ...(answered === null ? [] : [before > 0 ? `${answered}, try ${before + 1}` : answered]),
    ...(version === null ? [] : [`version ${version}`]),
    ...(arm === null ? [] : [`arm ${arm}`]),
  ];
}

function endInWords(finish: string): string {
  if (finish === 'length') return 'cut at the most tokens';
  if (finish === 'tool_calls') return 'asks for tools';
  if (finish === 'content_filter') return 'held back by a filter';
  return finish;
}
