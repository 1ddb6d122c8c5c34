import { useRef, useState } from 'react';
import type { Span } from '../../../api/review-answers.ts';

interface Props {
  label: string;
  text: string;
  /** What a stretch can be. */
  labels: readonly string[];
  spans: readonly Span[];
  change: (spans: Span[]) => void;
  focus: () => void;
}

/** Stretches of a text, selected by pointer or with Shift and the arrows, then marked. */
export function SpanAnswer({ label, text, labels, spans, change, focus }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState(labels[0]);
  const mark = () => {
    const { selectionStart: start = 0, selectionEnd: end = 0 } = field.current ?? {};
    if (start < end) change([...spans, { start, end, label: said }]);
  };
  return (
    <div className="stack-tight">
      <textarea
        ref={field}
        className="plain-area"
        aria-label={`${label}: select a stretch of this text`}
        readOnly
        rows={5}
        value={text}
        onFocus={focus}
        onKeyDown={(event) => {
          if (event.key !== 'm') return;
          event.preventDefault();
          mark();
        }}
      />
      <span className="row">
        {labels.length > 1 ? (
          <select
            className="plain-select"
            aria-label="What the stretch is"
            value={said}
            onChange={({ currentTarget }) => setSaid(currentTarget.value)}
          >
            {labels.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        ) : null}
        <button type="button" className="plain-button" onClick={mark}>
          Mark the selection <kbd>m</kbd>
        </button>
      </span>
      <ul className="row">
        {spans.map((span, index) => (
          <li key={`${span.start} ${span.end} ${span.label}`} className="chip">
            <span className="quiet">{span.label}</span> “{text.slice(span.start, span.end).slice(0, 60)}”
            <button
              type="button"
              aria-label={`Take out “${text.slice(span.start, span.end).slice(0, 60)}”`}
              onClick={() => change(spans.filter((_, place) => place !== index))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
