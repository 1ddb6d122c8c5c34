import '../styles/payload.css';
import { useState } from 'react';
import { plainFigure } from '../format/figures.ts';
import { asText, type Message, type Part, readDocuments, readMessages } from './chat-messages.ts';

/** What went in or came out: a conversation, documents, or text; always as text, never as a page. */
export function Payload({ title, value }: { title: string; value: unknown }) {
  const [asWritten, setAsWritten] = useState(false);
  if (value === null || value === undefined) return null;
  const messages = readMessages(value);
  const documents = messages === null ? readDocuments(value) : null;
  const isRead = messages !== null || documents !== null;
  return (
    <figure aria-label={title}>
      <p className="payload-head">
        <strong>{title}</strong>
        {isRead ? (
          <button type="button" className="text-button" onClick={() => setAsWritten(!asWritten)}>
            {asWritten ? 'as a conversation' : 'as written'}
            <span className="hidden-text"> ({title})</span>
          </button>
        ) : null}
      </p>
      {messages === null || asWritten ? null : <Conversation messages={messages} />}
      {documents === null || asWritten ? null : (
        <ol className="stack-tight">
          {documents.map(({ id, place, score, text }) => (
            <li key={place} className="message">
              <span className="quiet small">
                {id ?? `document ${place}`}
                {score === null ? '' : `, score ${plainFigure(score)}`}
              </span>
              <pre className="payload">{text}</pre>
            </li>
          ))}
        </ol>
      )}
      {isRead && !asWritten ? null : <pre className="payload">{asText(value)}</pre>}
    </figure>
  );
}

function Conversation({ messages }: { messages: readonly Message[] }) {
  const numbered = messages.map(({ role, parts }, index) => ({
    id: `${index} ${role}`,
    role,
    parts: parts.map((part, place) => ({ id: `${place} ${part.kind}`, part })),
  }));
  return (
    <ol className="stack-tight">
      {numbered.map(({ id, role, parts }) => (
        <li key={id} className="message" data-role={role}>
          <span className="message-role">{role}</span>
          {parts.length === 0 ? <p className="quiet small">nothing</p> : null}
          {parts.map(({ id: key, part }) => (
            <PartView key={key} part={part} />
          ))}
        </li>
      ))}
    </ol>
  );
}

function PartView({ part }: { part: Part }) {
  if (part.kind === 'text' || part.kind === 'other') return <pre className="payload">{part.text}</pre>;
  return (
    <div className="tool-part">
      <span className="quiet small">
        {part.kind === 'call' ? 'calls ' : 'answer of '}
        <code>{part.name ?? 'a tool'}</code>
      </span>
      <pre className="payload">{part.text}</pre>
    </div>
  );
}
